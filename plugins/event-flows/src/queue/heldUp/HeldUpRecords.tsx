import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { Notice } from '../../components/Notice';
import { eventFlowsTranslationRef } from '../../translation';
import { DeadLetterDialog } from './DeadLetterDialog';
import { HeldUpDialog } from './HeldUpDialog';
import { HeldUpItem } from './HeldUpItem';
import { LookDialog } from './LookDialog';
import { heldUpRecordsOf } from './records';
import { SkipDialog } from './SkipDialog';

const useStyles = makeStyles(
  // The button's padding does not count: its words line up with those above.
  theme => ({ more: { marginLeft: theme.spacing(-0.625) } }),
  { name: 'EventFlowsHeldUpRecords' },
);

/** What is looked at, or asked; it outlives the record's own place in the list. */
interface Opened {
  kind: 'look' | 'skip' | 'dead-letter';
  record: HeldUpRecord;
}

/**
 * The record that holds a queue up first, with what can be done about it, and
 * the way to the others.
 */
export function HeldUpRecords({ queue }: { queue: Queue }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [isListOpen, setListOpen] = useState(false);
  const [opened, setOpened] = useState<Opened>();
  const [notice, setNotice] = useState<string>();
  const records = heldUpRecordsOf(queue);
  const [first] = records;

  const item = {
    queue,
    onLook: (record: HeldUpRecord) => setOpened({ kind: 'look', record }),
    onSkip: (record: HeldUpRecord) => setOpened({ kind: 'skip', record }),
    onDeadLetter: (record: HeldUpRecord) =>
      setOpened({ kind: 'dead-letter', record }),
    onDone: setNotice,
  };
  const answer = {
    queue,
    onClose: () => setOpened(undefined),
    onDone: (text: string) => {
      setOpened(undefined);
      setNotice(text);
    },
  };

  return (
    <>
      {first && <HeldUpItem {...item} record={first} />}
      {records.length > 1 && (
        <Button
          size="small"
          color="primary"
          className={classes.more}
          aria-haspopup="dialog"
          onClick={() => setListOpen(true)}
        >
          {t('heldUp.more', { count: records.length - 1 })}
        </Button>
      )}
      {isListOpen && (
        <HeldUpDialog
          {...item}
          records={records}
          onClose={() => setListOpen(false)}
        />
      )}
      {opened?.kind === 'look' && (
        <LookDialog
          queue={queue}
          record={opened.record}
          onClose={answer.onClose}
        />
      )}
      {opened?.kind === 'skip' && (
        <SkipDialog {...answer} record={opened.record} />
      )}
      {opened?.kind === 'dead-letter' && (
        <DeadLetterDialog {...answer} record={opened.record} />
      )}
      <Notice text={notice} onClose={() => setNotice(undefined)} />
    </>
  );
}
