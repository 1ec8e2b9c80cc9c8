import type {
  Content,
  Receipt,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Receipt as EngineReceipt } from '@event-flows/engine';
import type { Knex } from 'knex';
import { insertForQueues } from '../database/insertForQueues';
import { contentOf, timestampOf } from '../records/contentOf';

/** A receipt as it is kept, with the record that it is of. */
export interface StoredReceipt {
  partition: number;
  offset: string;
  timestamp?: string;
  key: Content | null;
  receipt: Receipt;
}

/** Which receipts are looked for. */
export interface ReceiptFilter {
  key?: string;
  partition?: number;
  offset?: string;
  /** Of records that were tried in this time: all receipts, of other times as well. */
  from?: string;
  until?: string;
}

/** Keeps what came of the latest attempts. */
export interface ReceiptsStore {
  /** Receipts of queues that are gone are left out. */
  add(
    receipts: ReadonlyArray<{ queueId: string; receipt: EngineReceipt }>,
  ): Promise<void>;
  /** The latest first. */
  find(
    queueId: string,
    filter: ReceiptFilter,
    limit: number,
  ): Promise<StoredReceipt[]>;
  /** Those that are too old. */
  removeBefore(at: string): Promise<void>;
  /** All but the latest of each queue. */
  removeSurplus(kept: number): Promise<void>;
  removeOf(queueIds: readonly string[]): Promise<void>;
}

interface ReceiptRow {
  id: number | string;
  queue_id: string;
  at: string;
  partition: number;
  record_offset: string;
  key_base64: string | null;
  receipt: string;
}

/** Bytes of a key that are compared; what the engine shows of it is no more. */
const KEY_BYTES = 128;
/** Databases take a bounded number of values in one statement. */
const MAX_IDS = 500;

/** {@link ReceiptsStore} in the plugin's database. */
export class KnexReceiptsStore implements ReceiptsStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async add(
    receipts: ReadonlyArray<{ queueId: string; receipt: EngineReceipt }>,
  ): Promise<void> {
    await insertForQueues(this.#db, receipts.map(toRow), (tx, rows) =>
      tx<ReceiptRow>('queue_receipts').insert(rows),
    );
  }

  async find(
    queueId: string,
    filter: ReceiptFilter,
    limit: number,
  ): Promise<StoredReceipt[]> {
    const { key, partition, offset, from, until } = filter;
    const rows: ReceiptRow[] = await this.#db('queue_receipts')
      .where({ queue_id: queueId })
      .modify(query => {
        if (key !== undefined) {
          query.where({ key_base64: comparable(Buffer.from(key)) });
        }
        if (partition !== undefined) {
          query.where({ partition });
        }
        if (offset !== undefined) {
          query.where({ record_offset: offset });
        }
        if (from !== undefined || until !== undefined) {
          query.whereIn(
            ['partition', 'record_offset'],
            this.#placesTried(queueId, from, until),
          );
        }
      })
      .orderBy('id', 'desc')
      .limit(limit);
    return rows.map((row): StoredReceipt => JSON.parse(row.receipt));
  }

  /** Records with a receipt of that time; what else became of them belongs to them. */
  #placesTried(queueId: string, from?: string, until?: string) {
    return this.#db('queue_receipts')
      .where({ queue_id: queueId })
      .modify(query => {
        if (from !== undefined) {
          query.where('at', '>=', stored(from));
        }
        if (until !== undefined) {
          query.where('at', '<=', stored(until));
        }
      })
      .select('partition', 'record_offset');
  }

  async removeBefore(at: string): Promise<void> {
    await this.#db<ReceiptRow>('queue_receipts').where('at', '<', at).delete();
  }

  async removeSurplus(kept: number): Promise<void> {
    const full: string[] = await this.#db('queue_receipts')
      .groupBy('queue_id')
      .havingRaw('count(*) > ?', [kept])
      .pluck('queue_id');
    for (const queueId of full) {
      const oldest = await this.#db<ReceiptRow>('queue_receipts')
        .where({ queue_id: queueId })
        .orderBy('id', 'desc')
        .offset(kept - 1)
        .first('id');
      if (oldest) {
        await this.#db<ReceiptRow>('queue_receipts')
          .where({ queue_id: queueId })
          .where('id', '<', oldest.id)
          .delete();
      }
    }
  }

  async removeOf(queueIds: readonly string[]): Promise<void> {
    for (let from = 0; from < queueIds.length; from += MAX_IDS) {
      await this.#db<ReceiptRow>('queue_receipts')
        .whereIn('queue_id', queueIds.slice(from, from + MAX_IDS))
        .delete();
    }
  }
}

function toRow(of: { queueId: string; receipt: EngineReceipt }) {
  const { partition, offset, timestamp, key, answer, ...receipt } = of.receipt;
  const kept: StoredReceipt = {
    ...{ partition, offset, ...timestampOf(timestamp) },
    key: key && contentOf(key),
    receipt: { ...receipt, ...(answer && { answer: contentOf(answer) }) },
  };
  return {
    ...{ queue_id: of.queueId, at: receipt.at, partition },
    record_offset: offset,
    key_base64: key && comparable(key.bytes),
    receipt: JSON.stringify(kept),
  };
}

/** A time as it is stored, however exactly it was told. */
function stored(time: string): string {
  return new Date(time).toISOString();
}

/** Also of keys with characters that a database does not take. */
function comparable(key: Uint8Array): string {
  return Buffer.from(key.subarray(0, KEY_BYTES)).toString('base64');
}
