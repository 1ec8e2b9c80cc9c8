const UID_LENGTH = 255;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('queues', table => {
    table
      .string('algorithm_uid', UID_LENGTH)
      .nullable()
      .comment('The entity that was given access; null: not seen yet');
    table
      .string('approved_uid', UID_LENGTH)
      .nullable()
      .comment('The version that was enabled; null: latest, or not seen yet');
    table
      .text('approved_origin')
      .nullable()
      .comment('Where requests may go; null: not seen yet');
    table
      .text('waits_for')
      .nullable()
      .comment('JSON: what is not as it was approved');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder: on SQLite it creates the table anew, and what
  // refers to the old one goes with it.
  await knex.raw('alter table queues drop column waits_for');
  await knex.raw('alter table queues drop column approved_origin');
  await knex.raw('alter table queues drop column approved_uid');
  await knex.raw('alter table queues drop column algorithm_uid');
};
