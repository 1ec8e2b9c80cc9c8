import type {
  FindReceipts,
  ReceiptOutcome,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DateTime } from 'luxon';

/** What somebody looks for, as it is typed. */
export interface ReceiptSearch {
  key: string;
  /** Or partition and offset, with a colon between them. */
  offset: string;
  /** Local time. */
  until: string;
  outcome: ReceiptOutcome | '';
}

/** Everything. */
export const ALL_RECEIPTS: ReceiptSearch = {
  ...{ key: '', offset: '', until: '', outcome: '' },
};

/** What the backend is asked; what is not understood yet is left out. */
export function toFilter(search: ReceiptSearch): Omit<FindReceipts, 'limit'> {
  const { key, outcome } = search;
  const place = /^(?:(\d{1,9}):)?(0|[1-9]\d{0,17})$/.exec(
    search.offset.replaceAll(/[\s,]/g, ''),
  );
  const until = search.until ? DateTime.fromISO(search.until) : undefined;
  return {
    ...(key && { key }),
    ...(place && { offset: place[2] }),
    ...(place?.[1] !== undefined && { partition: Number(place[1]) }),
    ...(until?.isValid && { until: until.toUTC().toISO() }),
    ...(outcome && { outcome }),
  };
}
