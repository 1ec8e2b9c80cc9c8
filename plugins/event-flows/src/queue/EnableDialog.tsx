import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import {
  latestVersion,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, useState, type FormEvent } from 'react';
import { useUpdateQueue } from '../api/mutations';
import { ErrorNotice } from '../components/ErrorNotice';
import { Loading } from '../components/Loading';
import { ProgressButton } from '../components/ProgressButton';
import { RecordsButton } from '../records/RecordsButton';
import { eventFlowsTranslationRef } from '../translation';
import { AdvancedFields } from './AdvancedFields';
import { ApprovalNote } from './ApprovalNote';
import { DeadLetterFields } from './DeadLetterFields';
import { OutputTopicField } from './OutputTopicField';
import {
  checkForm,
  isFirstTime,
  openForm,
  settingsOf,
  type QueueForm,
  type QueueFormErrors,
} from './queueForm';
import { ResumeNote } from './ResumeNote';
import { StartFields } from './StartFields';
import { useDeliveryDefaults } from './useDeliveryDefaults';
import { VersionChangeNote } from './VersionChangeNote';
import { VersionChoice } from './VersionChoice';
import type { KnownVersion } from './versionLabel';

const useStyles = makeStyles(
  {
    // The fields scroll; the buttons stay where they are.
    form: { display: 'flex', flexDirection: 'column', minHeight: 0 },
  },
  { name: 'EventFlowsEnableDialog' },
);

/** What is known of the algorithm's versions, and how to ask again. */
interface Versions {
  data?: KnownVersion[];
  error: unknown;
  refetch: () => unknown;
}

/** What {@link EnableDialog} is given. */
interface EnableDialogProps {
  queue: Queue;
  algorithm: string;
  versions: Versions;
  onClose: () => void;
}

/** Enables a queue, or changes how an enabled one delivers. */
export function EnableDialog(props: EnableDialogProps) {
  const { queue, algorithm, versions, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const titleId = useId();
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={onClose}
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>
        {t('enable.enableTitle', { topic: queue.topic, algorithm })}
      </DialogTitle>
      {versions.data ? (
        <EnableForm {...props} versions={versions.data} />
      ) : (
        <>
          <DialogContent>
            {versions.error ? (
              <ErrorNotice
                error={versions.error}
                title={t('enable.versionsFailed')}
                onRetry={versions.refetch}
              />
            ) : (
              <Loading label={t('enable.versionsLoading')} />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('enable.cancel')}</Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

function EnableForm(props: {
  queue: Queue;
  versions: KnownVersion[];
  onClose: () => void;
}) {
  const { queue, versions, onClose } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const classes = useStyles();
  const update = useUpdateQueue(queue.id);
  const { startFrom } = useDeliveryDefaults();
  const [form, setForm] = useState(() =>
    openForm(queue, { versionRef: suggestVersion(versions), startFrom }),
  );
  const [errors, setErrors] = useState<QueueFormErrors>({});
  const isEdit = queue.state === 'enabled';

  const change = (changes: Partial<QueueForm>) => {
    setForm({ ...form, ...changes });
    const changed = Object.keys(changes);
    setErrors(
      Object.fromEntries(
        Object.entries(errors).filter(([field]) => !changed.includes(field)),
      ),
    );
  };
  const checkField = (field: keyof QueueForm) =>
    setErrors({ ...errors, [field]: checkForm(form, queue, t)[field] });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = checkForm(form, queue, t);
    setErrors(found);
    if (Object.keys(found).length === 0) {
      update.mutate(
        {
          state: 'enabled',
          versionRef: form.versionRef,
          origin: originOf(form.versionRef, versions),
          settings: settingsOf(form, queue),
          revision: queue.revision,
        },
        { onSuccess: onClose },
      );
    }
  };

  const fields = { form, errors, onChange: change, onLeave: checkField };
  return (
    <form noValidate className={classes.form} onSubmit={submit}>
      <DialogContent>
        {update.error && (
          <ErrorNotice
            error={update.error}
            title={isEdit ? t('enable.saveFailed') : t('enable.enableFailed')}
          />
        )}
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
          (isFirstTime(queue) ? (
            <StartFields {...fields} />
          ) : (
            <ResumeNote status={queue.status} />
          ))}
        <RecordsButton queue={queue}>{t('enable.look')}</RecordsButton>
        <DeadLetterFields {...fields} topic={queue.topic} />
        <OutputTopicField {...fields} queue={queue} />
        <AdvancedFields {...fields} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={update.isPending}>
          {t('enable.cancel')}
        </Button>
        <ProgressButton
          type="submit"
          busy={update.isPending}
          variant="contained"
          color="primary"
        >
          {isEdit ? t('enable.submitSave') : t('enable.submitEnable')}
        </ProgressButton>
      </DialogActions>
    </form>
  );
}

/** Where the dialog says that requests will go: more is not agreed to. */
function originOf(
  versionRef: string,
  versions: KnownVersion[],
): string | undefined {
  const version =
    versionRef === 'latest'
      ? latestVersion(versions)
      : versions.find(({ ref }) => ref === versionRef);
  return version?.valid ? new URL(version.endpoint).origin : undefined;
}

/** *Latest* where there is one, else the first that can be chosen. */
function suggestVersion(versions: KnownVersion[]): string {
  return latestVersion(versions)
    ? 'latest'
    : (versions.find(({ valid }) => valid)?.ref ?? '');
}
