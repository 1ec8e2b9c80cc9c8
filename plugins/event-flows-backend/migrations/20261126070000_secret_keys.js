/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('secret_keys', table => {
    table.comment('The keys that were ever configured, by their fingerprints');
    table.string('id', 64).primary().notNullable();
    table
      .string('fingerprint', 64)
      .notNullable()
      .comment('One-way: tells a key from another of the same name');
  });

  await knex.schema.createTable('secret_key_users', table => {
    table.comment('Which key each backend seals with');
    table.string('replica_id', 36).primary().notNullable();
    table.string('current_key', 64).nullable();
    table.string('seen_at', 24).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('secret_key_users');
  await knex.schema.dropTable('secret_keys');
};
