const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('queues', table => {
    table
      .string('last_delivered_at', TIMESTAMP_LENGTH)
      .nullable()
      .comment('By replicas that no longer report');
  });
  await knex.schema.alterTable('positions', table => {
    table.bigInteger('lag').nullable().comment('As it was reported last');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder: on SQLite it creates the table anew, and what
  // refers to the old one goes with it.
  await knex.raw('alter table positions drop column lag');
  await knex.raw('alter table queues drop column last_delivered_at');
};
