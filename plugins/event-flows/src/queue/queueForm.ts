import {
  queueSettingsSchema,
  topicNameSchema,
  type Ordering,
  type Queue,
  type QueueSettingsInput,
  type StartFrom,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DateTime } from 'luxon';
import type { Translate } from '../translation';

/** In milliseconds. */
export const SECOND = 1_000;
const MINUTE = 60_000;

/** What a person enters to enable or edit a queue: text where it is typed. */
export interface QueueForm {
  /** `latest`, or the entity ref of a version; empty while none is chosen. */
  versionRef: string;
  start: 'latest' | 'earliest' | 'time';
  /** Local time, as the browser's own field writes it. */
  startTime: string;
  deadLetters: boolean;
  deadLetterTopic: string;
  /** Empty: answers are not published. */
  outputTopic: string;
  /** Empty means the default, here and below. */
  ordering: Ordering | '';
  concurrency: string;
  timeoutSeconds: string;
  maxAttempts: string;
  maxAgeMinutes: string;
  lagAlert: string;
  ageAlertMinutes: string;
}

/** A field of the form. */
export type QueueFormField = keyof QueueForm;

/** What is wrong, by field. */
export type QueueFormErrors = Partial<Record<QueueFormField, string>>;

/** The fields that are typed as numbers, and what their unit is in the API. */
const NUMBERS = {
  concurrency: { setting: 'concurrency', unit: 1 },
  timeoutSeconds: { setting: 'timeoutMs', unit: SECOND },
  maxAttempts: { setting: 'maxAttempts', unit: 1 },
  maxAgeMinutes: { setting: 'maxRecordAgeMs', unit: MINUTE },
  lagAlert: { setting: 'lagAlert', unit: 1 },
  ageAlertMinutes: { setting: 'ageAlertMs', unit: MINUTE },
} as const;

type NumberField = keyof typeof NUMBERS;

/** The form as it opens for a queue, with what is chosen where nobody has yet. */
export function openForm(
  queue: Queue,
  suggested: { versionRef: string; startFrom: StartFrom },
): QueueForm {
  const { settings } = queue;
  return {
    versionRef: queue.versionRef ?? suggested.versionRef,
    ...openStart(suggested.startFrom),
    deadLetters: settings?.deadLetterTopic !== undefined,
    deadLetterTopic: settings?.deadLetterTopic ?? `${queue.topic}.dead-letters`,
    outputTopic: settings?.outputTopic ?? '',
    ordering: settings?.ordering ?? '',
    concurrency: inUnit(settings?.concurrency, 1),
    timeoutSeconds: inUnit(settings?.timeoutMs, SECOND),
    maxAttempts: inUnit(settings?.maxAttempts, 1),
    maxAgeMinutes: inUnit(settings?.maxRecordAgeMs, MINUTE),
    lagAlert: inUnit(settings?.lagAlert, 1),
    ageAlertMinutes: inUnit(settings?.ageAlertMs, MINUTE),
  };
}

/** Whether the queue is enabled for the first time, so that it needs a start. */
export function isFirstTime(queue: Queue): boolean {
  return queue.versionRef === undefined;
}

/** What is wrong with what was entered, by the rules of the backend. */
export function checkForm(
  form: QueueForm,
  queue: Queue,
  t: Translate,
): QueueFormErrors {
  const errors: QueueFormErrors = {};
  if (!form.versionRef) {
    errors.versionRef = t('enable.chooseVersion');
  }
  if (isFirstTime(queue) && startFromOf(form) === undefined) {
    errors.startTime = t('enable.startTimeWrong');
  }
  const topicProblem =
    form.deadLetters &&
    problemOfDeadLetterTopic(form.deadLetterTopic, queue.topic, t);
  if (topicProblem) {
    errors.deadLetterTopic = topicProblem;
  }
  for (const field of numberFields()) {
    const problem = problemOfNumber(field, form[field], t);
    if (problem) {
      errors[field] = problem;
    }
  }
  return errors;
}

/** What is wrong with a dead-letter topic for a queue that reads another one. */
export function problemOfDeadLetterTopic(
  entered: string,
  ownTopic: string,
  t: Translate,
): string | undefined {
  const topic = entered.trim();
  if (topic === ownTopic) {
    return t('enable.deadLetterSame');
  }
  return topicNameSchema.safeParse(topic).success
    ? undefined
    : t('enable.deadLetterWrong');
}

/** The settings that a checked form stands for; the backend fills in the rest. */
export function settingsOf(form: QueueForm, queue: Queue): QueueSettingsInput {
  const startFrom = isFirstTime(queue)
    ? startFromOf(form)
    : queue.settings?.startFrom;
  const settings: QueueSettingsInput = {
    ...(startFrom !== undefined && { startFrom }),
    ...(form.ordering && { ordering: form.ordering }),
    ...(form.deadLetters && { deadLetterTopic: form.deadLetterTopic.trim() }),
    ...(form.outputTopic && { outputTopic: form.outputTopic }),
  };
  for (const field of numberFields()) {
    const { setting, unit } = NUMBERS[field];
    if (form[field].trim()) {
      settings[setting] = Math.round(Number(form[field]) * unit);
    }
  }
  return settings;
}

function openStart(
  startFrom: StartFrom,
): Pick<QueueForm, 'start' | 'startTime'> {
  return typeof startFrom === 'string'
    ? { start: startFrom, startTime: '' }
    : { start: 'time', startTime: localTime(startFrom.timestamp) };
}

/** A point in time as the field for it writes it: without a time zone. */
function localTime(timestamp: string): string {
  return (
    DateTime.fromISO(timestamp).toISO({
      includeOffset: false,
      suppressSeconds: true,
      suppressMilliseconds: true,
    }) ?? ''
  );
}

function startFromOf(form: QueueForm): StartFrom | undefined {
  if (form.start !== 'time') {
    return form.start;
  }
  const time = new Date(form.startTime);
  return Number.isNaN(time.getTime())
    ? undefined
    : { timestamp: time.toISOString() };
}

function problemOfNumber(
  field: NumberField,
  text: string,
  t: Translate,
): string | undefined {
  if (!text.trim()) {
    return undefined;
  }
  const { setting, unit } = NUMBERS[field];
  const { shape } = queueSettingsSchema;
  const schema =
    setting === 'maxRecordAgeMs' ||
    setting === 'lagAlert' ||
    setting === 'ageAlertMs'
      ? shape[setting].unwrap()
      : shape[setting];
  const value = Number(text) * unit;
  // Fractions are fine where the unit has smaller ones: 0.5 seconds are 500 ms.
  if (schema.safeParse(unit === 1 ? value : Math.round(value)).success) {
    return undefined;
  }
  const range = {
    min: `${Math.ceil(((schema.minValue ?? 0) / unit) * 10) / 10}`,
    max: `${Math.floor((schema.maxValue ?? 0) / unit)}`,
  };
  return unit === 1
    ? t('enable.numberWrong', range)
    : t('enable.decimalWrong', range);
}

function numberFields(): NumberField[] {
  return [
    'concurrency',
    'timeoutSeconds',
    'maxAttempts',
    'maxAgeMinutes',
    'lagAlert',
    'ageAlertMinutes',
  ];
}

function inUnit(value: number | undefined, unit: number): string {
  return value === undefined ? '' : `${value / unit}`;
}
