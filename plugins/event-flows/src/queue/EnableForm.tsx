import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import { makeStyles } from '@material-ui/core/styles';
import {
  latestVersion,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useUpdateQueue } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { ProgressButton } from '../components/ProgressButton';
import { RecordsButton } from '../records/RecordsButton';
import { eventFlowsTranslationRef } from '../translation';
import { AdvancedFields } from './AdvancedFields';
import { ApprovalNote } from './ApprovalNote';
import { DeadLetterFields } from './DeadLetterFields';
import { focusFirstError } from './focusFirstError';
import { OutputTopicField } from './OutputTopicField';
import { QueueConflictNotice } from './QueueConflictNotice';
import {
  checkForm,
  isFirstTime,
  openForm,
  settingsOf,
  type QueueForm,
  type QueueFormErrors,
} from './queueForm';
import { describeTheirs, rebaseForm } from './rebaseForm';
import { refusedFields } from './refusedFields';
import { ResumeNote } from './ResumeNote';
import { StartFields } from './StartFields';
import { useDeliveryDefaults } from './useDeliveryDefaults';
import { VersionChangeNote } from './VersionChangeNote';
import { VersionChoice } from './VersionChoice';
import { originOf, type KnownVersion } from './versionLabel';

const useStyles = makeStyles(
  theme => ({
    // The fields scroll; what is said of all of them and the buttons stay.
    form: { display: 'flex', flexDirection: 'column', minHeight: 0 },
    notices: {
      flexShrink: 0,
      maxHeight: '40vh',
      overflowY: 'auto',
      padding: theme.spacing(1, 3, 0),
    },
  }),
  { name: 'EventFlowsEnableForm' },
);

/** What {@link EnableForm} is given. */
interface EnableFormProps {
  /** As it is now; the form goes on from the one that it was opened with. */
  queue: Queue;
  versions: KnownVersion[];
  onClose: () => void;
  /** Told when closing would lose something, or hide what comes of it. */
  onHold: (hold: FormHold) => void;
}

/** `changed`: something was entered; `saving`: what comes of it is not known yet. */
export type FormHold = 'changed' | 'saving' | undefined;

/**
 * The fields of the dialog. What others save meanwhile is said, and taken over
 * only when asked: what the button does stays what it said.
 */
export function EnableForm(props: EnableFormProps) {
  const { queue, versions, onClose, onHold } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const classes = useStyles();
  const update = useUpdateQueue(queue.id);
  const { startFrom } = useDeliveryDefaults();
  const formOf = (of: Queue) =>
    openForm(of, { versionRef: suggestVersion(versions), startFrom });
  const [opened, setOpened] = useState(() => ({ queue, form: formOf(queue) }));
  const [form, setForm] = useState(opened.form);
  const [errors, setErrors] = useState<QueueFormErrors>({});
  /** Said by the backend of fields; what was changed since is left out. */
  const [refused, setRefused] = useState<QueueFormErrors>();
  const { formRef, focusError } = useErrorFocus();
  const isEdit = opened.queue.state === 'enabled';
  const isStored = update.isPending || update.isSuccess;
  const entered = form === opened.form ? undefined : 'changed';
  const hold = update.isPending ? 'saving' : entered;
  useEffect(() => onHold(hold), [onHold, hold]);
  const theirs =
    !isStored && queue.revision !== opened.queue.revision ? queue : undefined;

  const change = (changes: Partial<QueueForm>) => {
    setForm({ ...form, ...changes });
    setErrors(without(errors, changes));
    setRefused(refused && without(refused, changes));
  };
  const checkField = (field: keyof QueueForm) =>
    setErrors({ ...errors, [field]: checkForm(form, opened.queue, t)[field] });
  const takeTheirs = (now: Queue) => {
    const base = formOf(now);
    setForm(rebaseForm(form, opened.form, base));
    setOpened({ queue: now, form: base });
    setErrors({});
    setRefused(undefined);
    update.reset();
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (theirs) {
      return;
    }
    const found = checkForm(form, opened.queue, t);
    setErrors(found);
    setRefused(undefined);
    if (Object.keys(found).length > 0) {
      focusError();
      return;
    }
    update.mutate(
      {
        state: 'enabled',
        versionRef: form.versionRef,
        origin: originOf(form.versionRef, versions),
        settings: settingsOf(form, opened.queue),
        revision: opened.queue.revision,
      },
      {
        onSuccess: onClose,
        onError: error => {
          setRefused(refusedFields(error, form, t));
          focusError();
        },
      },
    );
  };

  const fields = {
    form,
    errors: { ...refused, ...defined(errors) },
    onChange: change,
    onLeave: checkField,
  };
  const failure = theirs || refused ? undefined : update.error;
  return (
    <form noValidate ref={formRef} className={classes.form} onSubmit={submit}>
      <DialogContent>
        {isEdit && <ApprovalNote status={queue.status} />}
        <VersionChoice {...fields} versions={versions} />
        {isEdit && (
          <VersionChangeNote
            queue={queue}
            versions={versions}
            versionRef={form.versionRef}
          />
        )}
        {!isEdit &&
          (isFirstTime(opened.queue) ? (
            <StartFields {...fields} />
          ) : (
            <ResumeNote status={queue.status} />
          ))}
        <RecordsButton queue={queue}>{t('enable.look')}</RecordsButton>
        <DeadLetterFields {...fields} topic={queue.topic} />
        <OutputTopicField {...fields} queue={queue} />
        <AdvancedFields {...fields} />
      </DialogContent>
      {failure && (
        <div className={classes.notices}>
          <ErrorNotice
            error={failure}
            title={isEdit ? t('enable.saveFailed') : t('enable.enableFailed')}
          />
        </div>
      )}
      {theirs && (
        <div className={classes.notices}>
          <QueueConflictNotice
            opened={opened.queue}
            theirs={theirs}
            changes={describeTheirs(opened.form, formOf(theirs), versions, t)}
            onTakeTheirs={() => takeTheirs(theirs)}
          />
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose} disabled={update.isPending}>
          {t('enable.cancel')}
        </Button>
        <ProgressButton
          type="submit"
          busy={update.isPending}
          disabled={theirs !== undefined}
          variant="contained"
          color="primary"
        >
          {isEdit ? t('enable.submitSave') : t('enable.submitEnable')}
        </ProgressButton>
      </DialogActions>
    </form>
  );
}

/** Brings the first field that is wrong into view, once it is marked. */
function useErrorFocus() {
  const formRef = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (asked === 0) {
      return undefined;
    }
    // Fields that were folded away have their place only in the next frame.
    const frame = requestAnimationFrame(() => {
      if (formRef.current) {
        focusFirstError(formRef.current);
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [asked]);
  return { formRef, focusError: () => setAsked(times => times + 1) };
}

function without(
  errors: QueueFormErrors,
  changes: Partial<QueueForm>,
): QueueFormErrors {
  return Object.fromEntries(
    Object.entries(errors).filter(([field]) => !(field in changes)),
  );
}

function defined(errors: QueueFormErrors): QueueFormErrors {
  return Object.fromEntries(
    Object.entries(errors).filter(([, error]) => error !== undefined),
  );
}

/** *Latest* where there is one, else the first that can be chosen. */
function suggestVersion(versions: KnownVersion[]): string {
  return latestVersion(versions)
    ? 'latest'
    : (versions.find(({ valid }) => valid)?.ref ?? '');
}
