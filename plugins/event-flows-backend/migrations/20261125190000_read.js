/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('queues', table => {
    table.bigInteger('base_read').notNullable().defaultTo(0);
  });
  await knex('queues').update({
    base_read: knex.raw('base_delivered + base_dead_lettered + base_skipped'),
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder: on SQLite it creates the table anew, and what
  // refers to the old one goes with it.
  await knex.raw('alter table queues drop column base_read');
};
