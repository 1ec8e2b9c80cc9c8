// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('dead_letter_marks', table => {
    table.comment('What people did about dead letters');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('topic', 249).notNullable().comment('The dead-letter topic');
    table.integer('partition').notNullable();
    table.string('offset', 20).notNullable();
    table.string('state', 16).notNullable();
    table.string('at', TIMESTAMP_LENGTH).notNullable();
    table.text('by').notNullable();
    table.primary(['queue_id', 'topic', 'partition', 'offset']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('dead_letter_marks');
};
