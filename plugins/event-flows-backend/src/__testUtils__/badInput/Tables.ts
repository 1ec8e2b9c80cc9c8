import type { Knex } from 'knex';

/** In an order in which they can be filled. */
const TABLES = [
  'connections',
  'topic_access',
  'topic_publishers',
  'queues',
  'queue_moves',
  'decisions',
] as const;

/** What the backend notes by itself of the clusters, whatever is asked of it. */
const OBSERVED = [
  'state',
  'state_since',
  'state_reason',
  'checked_at',
  'topics',
  'topics_known_at',
  'stopped_at',
  'stalled_since',
  'start_claimed_until',
];

type Rows = Record<string, Array<Record<string, unknown>>>;

/** What is stored, as far as people decide it. */
export class Tables {
  constructor(private readonly db: Knex) {}

  /** As text, to be compared. */
  async dump(): Promise<string> {
    const rows = await this.#read([...TABLES, 'desired_state']);
    return Object.entries(rows)
      .flatMap(([table, list]) =>
        list.map(row => `${table} ${JSON.stringify(decided(row))}`),
      )
      .sort()
      .join('\n');
  }

  /** What {@link Tables.restore} puts back. */
  read(): Promise<Rows> {
    return this.#read(TABLES);
  }

  /** Puts back what was read; the revision of the desired state goes on. */
  async restore(rows: Rows): Promise<void> {
    await this.db.transaction(async tx => {
      for (const table of [...TABLES].reverse()) {
        await tx(table).delete();
      }
      for (const table of TABLES) {
        if (rows[table].length > 0) {
          await tx(table).insert(rows[table]);
        }
      }
      await tx('desired_state').increment('revision');
    });
  }

  async #read(tables: readonly string[]): Promise<Rows> {
    const entries = await Promise.all(
      tables.map(async table => [table, await this.db(table)] as const),
    );
    return Object.fromEntries(entries);
  }
}

function decided(row: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(row).filter(([column]) => !OBSERVED.includes(column)),
  );
}
