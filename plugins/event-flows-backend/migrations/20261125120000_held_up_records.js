const TIMESTAMP_LENGTH = 24;
const ENTITY_REF_LENGTH = 255;
const TOPIC_LENGTH = 249;
const OFFSET_LENGTH = 20;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('decisions', table => {
    table.comment('What is to become of held-up records; gone when it is done');
    table.string('id', 36).primary().notNullable();
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.integer('partition').notNullable();
    table.string('offset', OFFSET_LENGTH).notNullable();
    table.string('action', 32).notNullable();
    table.string('dead_letter_topic', TOPIC_LENGTH).nullable();
    table.string('decided_at', TIMESTAMP_LENGTH).notNullable();
    table.string('decided_by', ENTITY_REF_LENGTH).notNullable();
    table.unique(['queue_id', 'partition', 'offset']);
  });

  await knex.schema.createTable('positions', table => {
    table.comment('Up to where queues are done, for when Kafka forgets it');
    table
      .string('queue_id', 36)
      .notNullable()
      .references('id')
      .inTable('queues')
      .onDelete('CASCADE');
    table.integer('partition').notNullable();
    table.string('position', OFFSET_LENGTH).notNullable();
    table.string('saved_at', TIMESTAMP_LENGTH).notNullable();
    table.primary(['queue_id', 'partition']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('positions');
  await knex.schema.dropTable('decisions');
};
