const ENTITY_REF_LENGTH = 255;
const TOPIC_LENGTH = 249;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('topic_publishers', table => {
    table.comment('Algorithms whose answers can be published to a topic');
    table
      .string('connection_id', 36)
      .notNullable()
      .references('id')
      .inTable('connections')
      .onDelete('CASCADE');
    table.string('topic', TOPIC_LENGTH).notNullable();
    table.string('algorithm_ref', ENTITY_REF_LENGTH).notNullable();
    table
      .string('algorithm_uid', 255)
      .comment('Of the entity that was given access; empty: not seen');
    table.primary(['connection_id', 'topic', 'algorithm_ref']);
    table.index(['algorithm_ref']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('topic_publishers');
};
