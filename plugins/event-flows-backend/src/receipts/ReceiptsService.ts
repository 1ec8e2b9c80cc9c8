import type {
  FindReceipts,
  Receipt,
  ReceiptList,
  RecordReceipts,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Caller } from '../permissions/Caller';
import { auditedQueue, type QueueEvent } from '../queues/auditedQueue';
import type { QueueGate } from '../queues/QueueGate';
import { type Checked, valueOf } from '../validation';
import type { ReceiptRules } from './ReceiptRules';
import type { ReceiptsStore, StoredReceipt } from './ReceiptsStore';

/** Shows what came of the latest attempts to deliver records. */
export class ReceiptsService {
  readonly #gate: QueueGate;
  readonly #store: ReceiptsStore;
  readonly #rules: ReceiptRules;

  constructor(options: {
    gate: QueueGate;
    store: ReceiptsStore;
    rules: ReceiptRules;
  }) {
    this.#gate = options.gate;
    this.#store = options.store;
    this.#rules = options.rules;
  }

  /**
   * @throws NotAllowedError if somebody who may not read records looks for a
   *   key: what is found would tell it
   */
  async find(
    caller: Caller,
    queueId: string,
    input: Checked<FindReceipts>,
  ): Promise<ReceiptList> {
    const event: QueueEvent = {
      eventId: 'queue-receipts',
      severityLevel: 'low',
      queueId,
    };
    return auditedQueue(this.#gate, caller, event, async queue => {
      const { outcome, limit, ...filter } = valueOf(input);
      if (filter.key !== undefined) {
        await this.#gate.assertMayReadRecords(caller, queue);
      }
      const { keepPerQueue, maxAgeHours } = this.#rules.config;
      const isOff = !this.#rules.hasReceipts(queue.topic);
      const found = isOff
        ? []
        : byRecord(await this.#store.find(queueId, filter, keepPerQueue));
      const items = found
        .filter(
          ({ receipts }) =>
            outcome === undefined || receipts.at(-1)?.outcome === outcome,
        )
        .slice(0, limit);
      return {
        items: (await this.#gate.mayReadRecords(caller, queue))
          ? items
          : items.map(withoutContents),
        off: isOff,
        ...{ maxAgeHours, keptPerQueue: keepPerQueue },
      };
    });
  }
}

/** @param stored - the latest first */
function byRecord(stored: readonly StoredReceipt[]): RecordReceipts[] {
  const records = new Map<string, RecordReceipts & { receipts: Receipt[] }>();
  for (const { receipt, ...record } of stored) {
    const place = `${record.partition}:${record.offset}`;
    const known = records.get(place);
    if (known) {
      known.receipts.unshift(receipt);
    } else {
      records.set(place, { ...record, receipts: [receipt] });
    }
  }
  return [...records.values()];
}

function withoutContents(of: RecordReceipts): RecordReceipts {
  const { key: _key, receipts, ...record } = of;
  return {
    ...record,
    receipts: receipts.map(({ answer: _answer, ...receipt }) => receipt),
  };
}
