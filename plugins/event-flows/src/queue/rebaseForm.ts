import type { Translate } from '../translation';
import type { QueueForm, QueueFormField } from './queueForm';
import { versionNumber, type KnownVersion } from './versionLabel';

/** What was changed in a form stays, on top of what is stored now. */
export function rebaseForm(
  form: QueueForm,
  base: QueueForm,
  theirs: QueueForm,
): QueueForm {
  const changed = fieldsOf(form).filter(field => form[field] !== base[field]);
  const mine = new Set(changed.flatMap(togetherWith));
  return {
    ...theirs,
    ...Object.fromEntries([...mine].map(field => [field, form[field]])),
  };
}

/** What others changed between two forms: a line for each field. */
export function describeTheirs(
  base: QueueForm,
  theirs: QueueForm,
  versions: KnownVersion[],
  t: Translate,
): string[] {
  return shownFields(theirs, versions, t)
    .filter(({ fields }) => fields.some(field => base[field] !== theirs[field]))
    .map(({ label, value }) => `${label}: ${value}`);
}

/** What a form says, in the words of the dialog. */
function shownFields(
  form: QueueForm,
  versions: KnownVersion[],
  t: Translate,
): Array<{ fields: QueueFormField[]; label: string; value: string }> {
  const orderings = {
    partition: t('enable.orderingPartition'),
    key: t('enable.orderingKey'),
    none: t('enable.orderingNone'),
  };
  const standard = t('enable.conflictDefault');
  return [
    {
      fields: ['versionRef'],
      label: t('enable.version'),
      value:
        form.versionRef === 'latest'
          ? t('enable.latest')
          : versionNumber(form.versionRef, versions),
    },
    {
      fields: ['deadLetters', 'deadLetterTopic'],
      label: t('enable.deadLetterTopic'),
      value: form.deadLetters
        ? form.deadLetterTopic
        : t('enable.conflictNoTopic'),
    },
    {
      fields: ['outputTopic'],
      label: t('enable.outputTopic'),
      value: form.outputTopic || t('enable.noOutputTopic'),
    },
    {
      fields: ['ordering'],
      label: t('enable.ordering'),
      value: form.ordering ? orderings[form.ordering] : standard,
    },
    {
      fields: ['concurrency'],
      label: t('enable.concurrency'),
      value: form.concurrency || standard,
    },
    {
      fields: ['timeoutSeconds'],
      label: t('enable.timeout'),
      value: form.timeoutSeconds || standard,
    },
    {
      fields: ['maxAttempts'],
      label: t('enable.attempts'),
      value: form.maxAttempts || standard,
    },
    {
      fields: ['maxAgeMinutes'],
      label: t('enable.ageLimit'),
      value: form.maxAgeMinutes || standard,
    },
    {
      fields: ['lagAlert'],
      label: t('enable.lagAlert'),
      value: form.lagAlert || standard,
    },
    {
      fields: ['ageAlertMinutes'],
      label: t('enable.ageAlert'),
      value: form.ageAlertMinutes || standard,
    },
  ];
}

/** Fields of which one says nothing without the other. */
const TOGETHER: QueueFormField[][] = [
  ['deadLetters', 'deadLetterTopic'],
  ['start', 'startTime'],
];

function togetherWith(field: QueueFormField): QueueFormField[] {
  return TOGETHER.find(fields => fields.includes(field)) ?? [field];
}

function fieldsOf(form: QueueForm): QueueFormField[] {
  return Object.keys(form) as QueueFormField[];
}
