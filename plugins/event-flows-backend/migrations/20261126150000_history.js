// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('queue_samples', table => {
    table.comment('What queues had done by certain moments, of the last day');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('period', 8).notNullable().comment('Of which history');
    table.string('at', TIMESTAMP_LENGTH).notNullable();
    table.bigInteger('delivered').notNullable();
    table.bigInteger('dead_lettered').notNullable();
    table.bigInteger('lag').notNullable();
    table.primary(['queue_id', 'period', 'at']);
    table.index(['period', 'at']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_samples');
};
