import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import type { ComponentProps } from 'react';
import { ApproveDialog } from './ApproveDialog';
import { DisableDialog } from './DisableDialog';
import { EnableDialog } from './EnableDialog';
import type { QueueAction } from './QueueActions';
import { RewindDialog } from './rewind/RewindDialog';

/** The dialog in which a person does what was asked of a queue. */
export function QueueDialogs(props: {
  action: QueueAction;
  queue: Queue;
  /** What the algorithm is called. */
  algorithm: string;
  versions: ComponentProps<typeof EnableDialog>['versions'];
  onClose: () => void;
}) {
  const { action, queue, algorithm, versions, onClose } = props;
  const { versionRef, status } = queue;
  switch (action) {
    case 'enable':
    case 'edit':
      return <EnableDialog {...{ queue, algorithm, versions, onClose }} />;
    case 'disable':
      return <DisableDialog {...{ queue, algorithm, onClose }} />;
    case 'rewind':
      return <RewindDialog {...{ queue, algorithm, onClose }} />;
    case 'approve':
      // What waited may have been approved by somebody else meanwhile.
      return versionRef && status?.waitsFor?.kind === 'approval' ? (
        <ApproveDialog
          {...{ queue, versionRef, onClose }}
          waitsFor={status.waitsFor}
        />
      ) : null;
    default:
      return action satisfies never;
  }
}
