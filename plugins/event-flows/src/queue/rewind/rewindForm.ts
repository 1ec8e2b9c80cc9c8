import {
  rewindToSchema,
  type RewindTo,
} from '@event-flows/backstage-plugin-event-flows-common';

/** What a person enters to move a queue's position: text where it is typed. */
export interface RewindForm {
  kind: RewindTo['kind'];
  /** Local time, as the browser's own field writes it. */
  time: string;
  partition: string;
  offset: string;
}

/** The form as it opens. */
export const openRewindForm: RewindForm = {
  ...{ kind: 'earliest', time: '', partition: '0', offset: '' },
};

/** Where to, once enough is entered for that. */
export function rewindToOf(form: RewindForm): RewindTo | undefined {
  const result = rewindToSchema.safeParse(enteredOf(form));
  return result.success ? result.data : undefined;
}

function enteredOf({ kind, time, partition, offset }: RewindForm) {
  switch (kind) {
    case 'timestamp': {
      const date = new Date(time);
      return Number.isNaN(date.getTime())
        ? undefined
        : { kind, timestamp: date.toISOString() };
    }
    case 'offset':
      return partition.trim() === ''
        ? undefined
        : {
            ...{ kind, partition: Number(partition) },
            // As it is written on the screens, or not.
            offset: offset.replace(/[\s,]/g, ''),
          };
    default:
      return { kind };
  }
}
