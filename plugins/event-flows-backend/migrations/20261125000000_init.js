/**
 * Points in time are ISO 8601 text in UTC and structures are JSON text, so
 * that SQLite and PostgreSQL store and compare them alike.
 */

const TIMESTAMP_LENGTH = 24;
const ENTITY_REF_LENGTH = 255;
const TOPIC_LENGTH = 249;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('connections', table => {
    table.comment('Registered Kafka clusters');
    table.string('id', 36).primary().notNullable();
    table.string('name', 63).notNullable().unique();
    table.string('type', 32).notNullable();
    table.text('brokers').notNullable().comment('JSON: addresses');
    table.text('tls').nullable().comment('JSON: the public parts');
    table.text('sasl').nullable().comment('JSON: mechanism and user name');
    table.text('secrets').nullable().comment('JSON: sealed by the SecretBox');
    table.string('cluster_id', 255).nullable();
    table.string('created_at', TIMESTAMP_LENGTH).notNullable();
    table.string('created_by', ENTITY_REF_LENGTH).notNullable();
    table.string('state', 32).notNullable();
    table.string('state_since', TIMESTAMP_LENGTH).notNullable();
    table.text('state_reason').nullable();
    table.string('checked_at', TIMESTAMP_LENGTH).notNullable();
    table.text('topics').nullable().comment('JSON: as the cluster told last');
    table.string('topics_known_at', TIMESTAMP_LENGTH).nullable();
    table
      .boolean('deleting')
      .notNullable()
      .defaultTo(false)
      .comment('Its queues are being stopped; then the row goes');
  });

  await knex.schema.createTable('topic_access', table => {
    table.comment('Counts the changes of who may use a topic');
    table.string('connection_id', 36).notNullable();
    table.string('topic', TOPIC_LENGTH).notNullable();
    table.integer('revision').notNullable();
    table.string('changed_at', TIMESTAMP_LENGTH).notNullable();
    table.string('changed_by', ENTITY_REF_LENGTH).notNullable();
    table.primary(['connection_id', 'topic']);
  });

  await knex.schema.createTable('queues', table => {
    table.comment('One topic as one algorithm sees it: an access entry');
    table.string('id', 36).primary().notNullable();
    table.string('connection_id', 36).notNullable().index();
    table.string('topic', TOPIC_LENGTH).notNullable();
    table.string('algorithm_ref', ENTITY_REF_LENGTH).notNullable().index();
    table.string('api_type', 32).notNullable();
    table.string('state', 32).notNullable();
    table.string('version_ref', ENTITY_REF_LENGTH).nullable();
    table.text('settings').nullable().comment('JSON');
    table.integer('revision').notNullable();
    table.string('changed_at', TIMESTAMP_LENGTH).notNullable();
    table.string('changed_by', ENTITY_REF_LENGTH).notNullable();
    table
      .string('stopped_at', TIMESTAMP_LENGTH)
      .nullable()
      .comment('When its consumer group was seen empty after Disable');
    table.bigInteger('base_delivered').notNullable().defaultTo(0);
    table.bigInteger('base_dead_lettered').notNullable().defaultTo(0);
    table.bigInteger('base_skipped').notNullable().defaultTo(0);
    table.unique(['connection_id', 'topic', 'algorithm_ref']);
  });

  await knex.schema.createTable('desired_state', table => {
    table.comment('One row; counts the changes that the engines must follow');
    table.integer('id').primary().notNullable();
    table.bigInteger('revision').notNullable();
  });
  await knex('desired_state').insert({ id: 1, revision: 0 });

  await knex.schema.createTable('replicas', table => {
    table.comment('Backends that consume');
    table.string('id', 36).primary().notNullable();
    table.string('heartbeat_at', TIMESTAMP_LENGTH).notNullable();
    table.bigInteger('applied_revision').notNullable();
  });

  await knex.schema.createTable('queue_reports', table => {
    table.comment('What each replica knows of each of its queues');
    table.string('queue_id', 36).notNullable();
    table.string('replica_id', 36).notNullable().index();
    table.text('report').notNullable().comment('JSON');
    table.primary(['queue_id', 'replica_id']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('queue_reports');
  await knex.schema.dropTable('replicas');
  await knex.schema.dropTable('desired_state');
  await knex.schema.dropTable('queues');
  await knex.schema.dropTable('topic_access');
  await knex.schema.dropTable('connections');
};
