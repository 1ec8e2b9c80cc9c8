import type {
  Receipt,
  RecordReceipts,
} from '@event-flows/backstage-plugin-event-flows-common';

/** What became of a record last, and its last request. */
export interface LastAttempt {
  last: Receipt;
  /** The last that was sent; a record can be dead-lettered without a request of its own. */
  request?: Receipt;
}

/** Sums the receipts of a record up. */
export function lastAttemptOf({ receipts }: RecordReceipts): LastAttempt {
  const [first] = receipts;
  return {
    last: receipts.at(-1) ?? first,
    request: receipts.findLast(({ latencyMs }) => latencyMs !== undefined),
  };
}
