import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { aQueue } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { checkForm, openForm, settingsOf } from './queueForm';

const queue = aQueue();
const suggested = { versionRef: 'latest', startFrom: 'latest' } as const;
const form = openForm(queue, suggested);

describe('the form of a queue', () => {
  it('leaves the defaults to the backend', () => {
    expect(checkForm(form, queue, t)).toEqual({});
    expect(settingsOf(form, queue)).toEqual({ startFrom: 'latest' });
    expect(settingsOf({ ...form, ordering: 'partition' }, queue)).toEqual({
      startFrom: 'latest',
      ordering: 'partition',
    });
  });

  it('opens with what is set, and keeps where the queue began', () => {
    const enabled = aQueue({
      state: 'enabled',
      versionRef: 'component:default/sentiment-1-0-2',
      settings: {
        ...defaultQueueSettings,
        startFrom: 'earliest',
        timeoutMs: 1_500,
        maxRecordAgeMs: 600_000,
        deadLetterTopic: 'parked',
        lagAlert: 5_000,
        ageAlertMs: 1_800_000,
      },
    });
    const opened = openForm(enabled, suggested);
    expect(opened).toMatchObject({
      versionRef: 'component:default/sentiment-1-0-2',
      timeoutSeconds: '1.5',
      maxAgeMinutes: '10',
      lagAlert: '5000',
      ageAlertMinutes: '30',
      deadLetters: true,
      deadLetterTopic: 'parked',
    });
    expect(settingsOf(opened, enabled)).toEqual(enabled.settings);
  });

  it.each([
    'latest',
    'earliest',
    { timestamp: '2026-11-01T08:30:00.000Z' },
    { timestamp: '2026-11-01T08:30:12.345Z' },
  ] as const)('begins with what the operator chose: %j', startFrom => {
    const opened = openForm(queue, { versionRef: 'latest', startFrom });
    expect(checkForm(opened, queue, t)).toEqual({});
    expect(settingsOf(opened, queue).startFrom).toEqual(startFrom);
  });

  it('turns a local time into a point in time', () => {
    const timed = {
      ...form,
      start: 'time',
      startTime: '2026-11-01T08:30',
    } as const;
    expect(settingsOf(timed, queue).startFrom).toEqual({
      timestamp: new Date('2026-11-01T08:30').toISOString(),
    });
    expect(checkForm({ ...timed, startTime: '' }, queue, t)).toEqual({
      startTime: 'Enter a date and a time.',
    });
  });

  it('says what is wrong, by field', () => {
    expect(
      checkForm(
        {
          ...form,
          versionRef: '',
          deadLetters: true,
          deadLetterTopic: 'reviews',
          concurrency: '0',
          timeoutSeconds: '301',
          maxAttempts: 'many',
        },
        queue,
        t,
      ),
    ).toEqual({
      versionRef: 'Choose a version.',
      deadLetterTopic:
        'This is the topic that the queue reads. Choose another.',
      concurrency: 'Enter a whole number from 1 to 1024.',
      timeoutSeconds: 'Enter a number from 0.1 to 300.',
      maxAttempts: 'Enter a whole number from 1 to 1000.',
    });
  });
});
