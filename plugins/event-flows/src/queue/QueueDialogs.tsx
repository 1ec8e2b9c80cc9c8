import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { ApproveDialog } from './ApproveDialog';
import { DisableDialog } from './DisableDialog';
import { EnableDialog } from './EnableDialog';
import type { QueueAction } from './QueueActions';
import { ResumeDialog } from './ResumeDialog';
import { RewindDialog } from './rewind/RewindDialog';
import type { Versions } from './versionLabel';

/** The dialog in which a person does what was asked of a queue. */
export function QueueDialogs(props: {
  action: QueueAction;
  queue: Queue;
  /** What the algorithm is called. */
  algorithm: string;
  versions: Versions;
  onClose: () => void;
}) {
  const { action, queue, algorithm, versions, onClose } = props;
  switch (action) {
    case 'enable':
    case 'edit':
      return <EnableDialog {...{ queue, algorithm, versions, onClose }} />;
    case 'disable':
      return <DisableDialog {...{ queue, algorithm, onClose }} />;
    case 'rewind':
      return <RewindDialog {...{ queue, algorithm, onClose }} />;
    case 'approve':
      return <ApproveDialog {...{ queue, onClose }} />;
    case 'resume':
      return <ResumeDialog {...{ queue, versions, onClose }} />;
    default:
      return action satisfies never;
  }
}
