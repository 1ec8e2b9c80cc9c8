import type { Knex } from 'knex';

/** A backend that seals and opens secrets. */
export interface KeyUser {
  replicaId: string;
  /** Id of the key that it seals with; absent if it has none. */
  currentKey?: string;
  /** Its last sign of life. */
  seenAt: string;
}

/** What the replicas tell each other of their keys; never a key. */
export interface SecretKeysStore {
  /**
   * Remembers the fingerprints of keys that are seen for the first time.
   *
   * @returns the fingerprints under which these keys were seen first, by id
   */
  remember(fingerprints: Map<string, string>): Promise<Map<string, string>>;
  /** The fingerprints of all keys that were ever seen, by id. */
  known(): Promise<Map<string, string>>;

  /** A sign of life; also forgets the users without one since then. */
  announce(user: KeyUser, deadBefore: string): Promise<void>;
  withdraw(replicaId: string): Promise<void>;
  /** The users whose last sign of life is not older. */
  users(since: string): Promise<KeyUser[]>;
}

interface KeyRow {
  id: string;
  fingerprint: string;
}

interface UserRow {
  replica_id: string;
  current_key: string | null;
  seen_at: string;
}

/** {@link SecretKeysStore} in the plugin's database. */
export class KnexSecretKeysStore implements SecretKeysStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async remember(
    fingerprints: Map<string, string>,
  ): Promise<Map<string, string>> {
    for (const [id, fingerprint] of fingerprints) {
      await this.#db<KeyRow>('secret_keys')
        .insert({ id, fingerprint })
        .onConflict('id')
        .ignore();
    }
    return this.known();
  }

  async known(): Promise<Map<string, string>> {
    const rows = await this.#db<KeyRow>('secret_keys').select();
    return new Map(rows.map(({ id, fingerprint }) => [id, fingerprint]));
  }

  async announce(user: KeyUser, deadBefore: string): Promise<void> {
    await this.#db<UserRow>('secret_key_users')
      .insert({
        replica_id: user.replicaId,
        current_key: user.currentKey ?? null,
        seen_at: user.seenAt,
      })
      .onConflict('replica_id')
      .merge();
    await this.#db<UserRow>('secret_key_users')
      .where('seen_at', '<', deadBefore)
      .delete();
  }

  async withdraw(replicaId: string): Promise<void> {
    await this.#db<UserRow>('secret_key_users')
      .where({ replica_id: replicaId })
      .delete();
  }

  async users(since: string): Promise<KeyUser[]> {
    const rows = await this.#db<UserRow>('secret_key_users')
      .where('seen_at', '>=', since)
      .select();
    return rows.map(row => ({
      replicaId: row.replica_id,
      ...(row.current_key !== null && { currentKey: row.current_key }),
      seenAt: row.seen_at,
    }));
  }
}
