const ID_LENGTH = 43;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('dead_letter_marks', table => {
    table
      .string('letter_id', ID_LENGTH)
      .comment('Which letter it was; empty: marked before letters had ids');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('dead_letter_marks', table => {
    table.dropColumn('letter_id');
  });
};
