import { ConflictError } from '@backstage/errors';
import {
  type ConnectionState,
  type SaslMechanism,
  visibleLine,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { TopicInfo } from '@event-flows/engine';
import type { Knex } from 'knex';
import { bumpDesiredState } from '../database/desiredState';
import { lockQueues } from '../database/lockQueues';

/** A registered cluster as it is stored. */
export interface ConnectionRecord {
  id: string;
  name: string;
  brokers: string[];
  tls?: { ca?: string; cert?: string; hasClientKey: boolean };
  sasl?: { mechanism: SaslMechanism; username: string };
  /** Password and client key, sealed together. */
  sealedSecrets?: string;
  clusterId?: string;
  createdAt: string;
  createdBy: string;
  state: ConnectionState;
  /** Its queues are being stopped; for everyone but the deletion it is gone. */
  deleting: boolean;
}

/** What a cluster told of its topics last. */
export interface KnownTopics {
  items: TopicInfo[];
  knownAt: string;
}

/** How much a connection is used. */
export interface ConnectionUse {
  topicsInUse: number;
  queuesEnabled: number;
}

/** The secrets of a connection as they are stored. */
export interface StoredSecret {
  id: string;
  /** Of the connection. */
  name: string;
  sealedSecrets: string;
}

/** Keeps connections. */
export interface ConnectionsStore {
  /** All of them by name, without those that are being deleted. */
  list(): Promise<ConnectionRecord[]>;
  /** One, also while it is being deleted. */
  get(id: string): Promise<ConnectionRecord | undefined>;
  hasName(name: string): Promise<boolean>;
  /** @throws ConflictError if the name is taken */
  insert(connection: ConnectionRecord): Promise<void>;
  /** How much each of these connections is used. */
  usesOf(ids: string[]): Promise<Map<string, ConnectionUse>>;

  /** Notes what a cluster answered, if the connection is still there. */
  setState(
    id: string,
    answer: {
      status: ConnectionState['status'];
      reason?: string;
      clusterId?: string;
      checkedAt: string;
    },
  ): Promise<void>;
  setKnownTopics(id: string, topics: KnownTopics): Promise<void>;
  getKnownTopics(id: string): Promise<KnownTopics | undefined>;

  /**
   * Takes the connection's queues from what should run.
   *
   * @returns the revision of the desired state without them
   */
  markDeleting(id: string): Promise<number>;
  /** Ids of connections whose deletion has begun and not ended. */
  listDeleting(): Promise<string[]>;
  /** Removes the connection with its access and queues. */
  remove(id: string): Promise<void>;

  /** So many stored secrets in the order of their ids, behind an id. */
  listSealedSecrets(page: {
    after: string;
    limit: number;
  }): Promise<StoredSecret[]>;
  /**
   * Replaces sealed secrets, unless someone else did so before.
   *
   * @returns whether they were still the same
   */
  replaceSealedSecrets(id: string, from: string, to: string): Promise<boolean>;
}

interface ConnectionRow {
  id: string;
  name: string;
  type: string;
  brokers: string;
  tls: string | null;
  sasl: string | null;
  secrets: string | null;
  cluster_id: string | null;
  created_at: string;
  created_by: string;
  state: ConnectionState['status'];
  state_since: string;
  state_reason: string | null;
  checked_at: string;
  topics: string | null;
  topics_known_at: string | null;
  deleting: boolean | number;
}

const MAX_CLUSTER_ID_LENGTH = 255;

/** Everything but the list of topics, which can be long. */
const RECORD_COLUMNS = [
  'id',
  'name',
  'brokers',
  'tls',
  'sasl',
  'secrets',
  'cluster_id',
  'created_at',
  'created_by',
  'state',
  'state_since',
  'state_reason',
  'checked_at',
  'deleting',
] as const;

/** {@link ConnectionsStore} in the plugin's database. */
export class KnexConnectionsStore implements ConnectionsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async list(): Promise<ConnectionRecord[]> {
    const rows = await this.#rows()
      .where({ deleting: false })
      .orderBy('name')
      .select(...RECORD_COLUMNS);
    return rows.map(toRecord);
  }

  async get(id: string): Promise<ConnectionRecord | undefined> {
    const row = await this.#rows()
      .where({ id })
      .first(...RECORD_COLUMNS);
    return row && toRecord(row);
  }

  async hasName(name: string): Promise<boolean> {
    return Boolean(await this.#rows().where({ name }).first('id'));
  }

  async insert(connection: ConnectionRecord): Promise<void> {
    const inserted = await this.#rows()
      .insert({
        id: connection.id,
        name: connection.name,
        type: 'kafka',
        brokers: JSON.stringify(connection.brokers),
        tls: jsonOrNull(connection.tls),
        sasl: jsonOrNull(connection.sasl),
        secrets: connection.sealedSecrets ?? null,
        cluster_id: clusterIdOf(connection) ?? null,
        created_at: connection.createdAt,
        created_by: connection.createdBy,
        state: connection.state.status,
        state_since: connection.state.since,
        state_reason: connection.state.reason ?? null,
        checked_at: connection.state.checkedAt,
        deleting: connection.deleting,
      })
      .onConflict('name')
      .ignore()
      .returning('id');
    if (inserted.length === 0) {
      throw nameTaken(connection.name);
    }
  }

  async usesOf(ids: string[]): Promise<Map<string, ConnectionUse>> {
    const accesses = this.#db('queues')
      .whereIn('connection_id', ids)
      .select('connection_id', 'topic', 'state')
      .unionAll(
        this.#db('topic_publishers')
          .whereIn('connection_id', ids)
          .select('connection_id', 'topic', this.#db.raw(`'none' as state`)),
      );
    const rows = await this.#db
      .from(accesses.as('accesses'))
      .groupBy('connection_id')
      .select('connection_id')
      .select<
        Array<{
          connection_id: string;
          topics: number | string;
          enabled: number | string;
        }>
      >(
        this.#db.raw('count(distinct topic) as topics'),
        this.#db.raw(
          `sum(case when state = 'enabled' then 1 else 0 end) as enabled`,
        ),
      );
    const uses = new Map<string, ConnectionUse>(
      ids.map(id => [id, { topicsInUse: 0, queuesEnabled: 0 }]),
    );
    for (const row of rows) {
      uses.set(row.connection_id, {
        topicsInUse: Number(row.topics),
        queuesEnabled: Number(row.enabled),
      });
    }
    return uses;
  }

  async setState(
    id: string,
    answer: {
      status: ConnectionState['status'];
      reason?: string;
      clusterId?: string;
      checkedAt: string;
    },
  ): Promise<void> {
    const { status, reason, clusterId, checkedAt } = answer;
    await this.#db.transaction(async tx => {
      await tx<ConnectionRow>('connections')
        .where({ id })
        .whereNot({ state: status })
        .update({ state: status, state_since: checkedAt });
      await tx<ConnectionRow>('connections')
        .where({ id })
        .update({
          state_reason: reason ?? null,
          checked_at: checkedAt,
          ...(clusterId && { cluster_id: clusterIdOf({ clusterId }) }),
        });
    });
  }

  async setKnownTopics(id: string, topics: KnownTopics): Promise<void> {
    await this.#rows()
      .where({ id })
      .update({
        topics: JSON.stringify(topics.items),
        topics_known_at: topics.knownAt,
      });
  }

  async getKnownTopics(id: string): Promise<KnownTopics | undefined> {
    const row = await this.#rows()
      .where({ id })
      .first('topics', 'topics_known_at');
    return row?.topics && row.topics_known_at
      ? { items: JSON.parse(row.topics), knownAt: row.topics_known_at }
      : undefined;
  }

  markDeleting(id: string): Promise<number> {
    return this.#db.transaction(async tx => {
      // Its name is free at once: nobody sees this one any more.
      await tx<ConnectionRow>('connections')
        .where({ id })
        .update({ deleting: true, name: id });
      return bumpDesiredState(tx);
    });
  }

  async listDeleting(): Promise<string[]> {
    const rows = await this.#rows().where({ deleting: true }).select('id');
    return rows.map(({ id }) => id);
  }

  async remove(id: string): Promise<void> {
    await this.#db.transaction(async tx => {
      const queues = await tx('queues')
        .where({ connection_id: id })
        .pluck<string[]>('id');
      await lockQueues(tx, queues);
      await tx('queue_reports').whereIn('queue_id', queues).delete();
      await tx('queues').where({ connection_id: id }).delete();
      await tx('topic_access').where({ connection_id: id }).delete();
      await tx('connections').where({ id }).delete();
    });
  }

  async listSealedSecrets(page: {
    after: string;
    limit: number;
  }): Promise<StoredSecret[]> {
    const rows = await this.#rows()
      .whereNotNull('secrets')
      .where('id', '>', page.after)
      .orderBy('id')
      .limit(page.limit)
      .select('id', 'name', 'secrets');
    return rows.flatMap(({ id, name, secrets }) =>
      secrets === null ? [] : [{ id, name, sealedSecrets: secrets }],
    );
  }

  async replaceSealedSecrets(
    id: string,
    from: string,
    to: string,
  ): Promise<boolean> {
    const changed = await this.#rows()
      .where({ id, secrets: from })
      .update({ secrets: to });
    return changed > 0;
  }

  #rows() {
    return this.#db<ConnectionRow>('connections');
  }
}

/** Says that a connection's name is in use already. */
export function nameTaken(name: string): ConflictError {
  return new ConflictError(
    `There is already a connection named "${name}"; choose another name`,
  );
}

/** A broker can call its cluster as it likes; the database cannot keep it all. */
function clusterIdOf({
  clusterId,
}: {
  clusterId?: string;
}): string | undefined {
  return clusterId && visibleLine(clusterId, MAX_CLUSTER_ID_LENGTH);
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toRecord(
  row: Pick<ConnectionRow, (typeof RECORD_COLUMNS)[number]>,
): ConnectionRecord {
  return {
    id: row.id,
    name: row.name,
    brokers: JSON.parse(row.brokers),
    ...(row.tls !== null && { tls: JSON.parse(row.tls) }),
    ...(row.sasl !== null && { sasl: JSON.parse(row.sasl) }),
    ...(row.secrets !== null && { sealedSecrets: row.secrets }),
    ...(row.cluster_id !== null && { clusterId: row.cluster_id }),
    createdAt: row.created_at,
    createdBy: row.created_by,
    state: {
      status: row.state,
      since: row.state_since,
      checkedAt: row.checked_at,
      ...(row.state_reason !== null && { reason: row.state_reason }),
    },
    deleting: Boolean(row.deleting),
  };
}
