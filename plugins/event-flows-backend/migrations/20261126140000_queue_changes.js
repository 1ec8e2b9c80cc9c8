// As ISO 8601 texts, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;
const ENTITY_REF_LENGTH = 255;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('queue_changes', table => {
    table.comment('What people changed about queues lately');
    table.bigIncrements('id').comment('Grows in the order of the changes');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.string('changed_at', TIMESTAMP_LENGTH).notNullable();
    table.string('changed_by', ENTITY_REF_LENGTH).notNullable();
    table.text('change').notNullable().comment('JSON: what was changed');
    table.index(['queue_id', 'id']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_changes');
};
