import { asSentence, isRefusal, messageOf } from '../api/describeError';
import type { Translate } from '../translation';
import type { QueueForm, QueueFormErrors, QueueFormField } from './queueForm';

/** Which field of the form stands for what the backend names. */
const FIELDS: Record<string, QueueFormField> = {
  versionRef: 'versionRef',
  'settings.deadLetterTopic': 'deadLetterTopic',
  'settings.outputTopic': 'outputTopic',
  'settings.ordering': 'ordering',
  'settings.concurrency': 'concurrency',
  'settings.timeoutMs': 'timeoutSeconds',
  'settings.maxAttempts': 'maxAttempts',
  'settings.maxRecordAgeMs': 'maxAgeMinutes',
  'settings.lagAlert': 'lagAlert',
  'settings.ageAlertMs': 'ageAlertMinutes',
};

/** Between two problems, each of which begins with the name of its field. */
const BETWEEN = /; (?=[\w.[\]]+: )/;
const PROBLEM = /^([\w.[\]]+): (.+)$/s;

/**
 * What the backend refused, by field. Undefined unless every problem belongs
 * to a field that can be seen: what is left is not to be read half.
 */
export function refusedFields(
  error: unknown,
  form: QueueForm,
  t: Translate,
): QueueFormErrors | undefined {
  if (!isRefusal(error)) {
    return undefined;
  }
  const errors: QueueFormErrors = {};
  for (const problem of messageOf(error).split(BETWEEN)) {
    const [, name = '', message] = PROBLEM.exec(problem) ?? [];
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (!field || !isShown(field, form)) {
      return undefined;
    }
    errors[field] ??= t('enable.refused', { message: asSentence(message) });
  }
  return errors;
}

function isShown(field: QueueFormField, form: QueueForm): boolean {
  switch (field) {
    case 'deadLetterTopic':
      return form.deadLetters;
    case 'outputTopic':
      return form.outputTopic !== '';
    default:
      return true;
  }
}
