const ID_LENGTH = 36;
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('queue_moves', table => {
    table.comment('Moves of queues that have not been seen to run since');
    table
      .string('queue_id', ID_LENGTH)
      .primary()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table
      .string('from_connection_id', ID_LENGTH)
      .notNullable()
      .references('id')
      .inTable('connections')
      .onDelete('CASCADE')
      .comment('Where it ran last');
    table
      .bigInteger('revision')
      .notNullable()
      .comment('Of the desired state, with the move');
    table.string('moved_at', TIMESTAMP_LENGTH).notNullable();
    table.index(['from_connection_id']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_moves');
};
