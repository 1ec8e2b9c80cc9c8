// As an ISO 8601 text, which SQLite and PostgreSQL compare alike.
const TIMESTAMP_LENGTH = 24;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('queues', table => {
    table
      .string('start_claimed_until', TIMESTAMP_LENGTH)
      .nullable()
      .comment(
        'Until when somebody sets where it begins, and nobody else does',
      );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder: on SQLite it creates the table anew, and what
  // refers to the old one goes with it.
  await knex.raw('alter table queues drop column start_claimed_until');
};
