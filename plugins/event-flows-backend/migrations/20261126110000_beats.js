/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('replicas', table => {
    table.bigInteger('beat').notNullable().defaultTo(0);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by the schema builder: on SQLite it creates the table anew, and what
  // refers to the old one goes with it.
  await knex.raw('alter table replicas drop column beat');
};
