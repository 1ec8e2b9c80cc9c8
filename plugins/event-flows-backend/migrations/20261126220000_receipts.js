// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;
/** 128 bytes in base64. */
const KEY_LENGTH = 172;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('queue_receipts', table => {
    table.comment('What came of the latest attempts to deliver records');
    table.bigIncrements('id').comment('In the order in which they ended');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('at', TIMESTAMP_LENGTH).notNullable();
    table.integer('partition').notNullable();
    table.string('record_offset', 20).notNullable();
    table
      .string('key_base64', KEY_LENGTH)
      .comment('The beginning, to be compared; empty: the record has none');
    table.text('receipt').notNullable();
    table.index(['queue_id', 'id']);
    table.index(['at']);
  });
  await knex.schema.createTable('queue_attempts', table => {
    table.comment('How requests of queues ended in the steps of the last day');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('period', 8).notNullable().comment('Of which history');
    table
      .string('at', TIMESTAMP_LENGTH)
      .notNullable()
      .comment('End of the step');
    table
      .string('counted_by', 36)
      .notNullable()
      .comment('One replica, which alone writes the row');
    table.bigInteger('failed').notNullable();
    table.text('latencies').notNullable().comment('Pairs of bucket and count');
    table.primary(['queue_id', 'period', 'at', 'counted_by']);
    table.index(['period', 'at']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_attempts');
  await knex.schema.dropTable('queue_receipts');
};
