// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pause_clocks', table => {
    table.comment(
      'When topics delete what queues that stand still do not read',
    );
    table
      .string('queue_id', 36)
      .primary()
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table
      .integer('revision')
      .notNullable()
      .comment(
        'Of the queue that was looked at; of another one it says nothing',
      );
    table
      .string('deleted_from', TIMESTAMP_LENGTH)
      .comment('When the first unread record becomes too old');
    table
      .bigInteger('retention_ms')
      .comment('Empty: records are kept for ever');
    table
      .bigInteger('deleted')
      .notNullable()
      .comment('Unread records that are deleted already');
    table.boolean('size_limited').notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('pause_clocks');
};
