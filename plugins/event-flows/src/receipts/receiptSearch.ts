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
  const place = placeIn(search.offset);
  const until = search.until ? DateTime.fromISO(search.until) : undefined;
  return {
    ...(key && { key }),
    ...(place && { offset: place[2] }),
    ...(place?.[1] !== undefined && { partition: Number(place[1]) }),
    ...(until?.isValid && { until: until.toUTC().toISO() }),
    ...(outcome && { outcome }),
  };
}

/** Whether something is entered for the offset that is none. */
export function isNoOffset({ offset }: ReceiptSearch): boolean {
  return offset.trim() !== '' && !placeIn(offset);
}

/** Partition, where there is one, and offset; as they are written on the screens, or not. */
function placeIn(text: string) {
  return /^(?:(\d{1,9}):)?(0|[1-9]\d{0,17})$/.exec(
    text.replaceAll(/[\s,]/g, ''),
  );
}
