import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';

/** What a dialog that asks about a held-up record is given. */
export interface DecisionProps {
  queue: Queue;
  /** As it was when the dialog opened. */
  record: HeldUpRecord;
  onClose: () => void;
  /** Called with what was done, in a sentence. */
  onDone: (text: string) => void;
}
