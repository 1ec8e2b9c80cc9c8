// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('queue_incidents', table => {
    table.comment('What queues need their owners for now');
    table
      .string('queue_id', 36)
      .primary()
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('kind', 16).notNullable();
    table
      .string('since', TIMESTAMP_LENGTH)
      .notNullable()
      .comment('When it was first seen to be of this kind');
    table.string('told_kind', 16).comment('What the owner was told last');
    table
      .string('calm_since', TIMESTAMP_LENGTH)
      .comment('When it was first seen to be over');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_incidents');
};
