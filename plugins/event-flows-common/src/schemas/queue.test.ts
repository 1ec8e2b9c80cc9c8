import { updateQueueSchema } from './queue';
import { defaultQueueSettings, queueSettingsSchema } from './settings';

describe('updateQueueSchema', () => {
  it.each([
    { state: 'disabled', revision: 3 },
    { state: 'enabled', versionRef: 'latest', revision: 0 },
    {
      state: 'enabled',
      versionRef: 'component:default/sentiment-1-0-2',
      origin: 'https://algorithms.example.com:8443',
      settings: { startFrom: { timestamp: '2026-11-25T00:00:00Z' } },
      revision: 1,
    },
  ])('accepts %j', update => {
    expect(updateQueueSchema.parse(update)).toEqual(update);
  });

  it.each([
    { state: 'enabled', revision: 0 },
    { state: 'enabled', versionRef: 'sentiment', revision: 0 },
    { state: 'enabled', versionRef: 'latest' },
    { state: 'disabled', versionRef: 'latest', revision: 0 },
    { state: 'stopped', revision: 0 },
    { state: 'disabled', revision: -1 },
    { state: 'disabled', revision: '1' },
    // A database that counts in 32 bits cannot add one to it.
    { state: 'disabled', revision: 2 ** 31 - 1 },
    {
      state: 'enabled',
      versionRef: 'latest',
      origin: 'https://algorithms.example.com/path',
      revision: 0,
    },
    {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
      settings: { concurrency: 0 },
    },
    {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
      settings: { deadLetterTopic: '../x' },
    },
    {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
      settings: { surprise: true },
    },
    {
      state: 'enabled',
      versionRef: 'latest',
      revision: 0,
      // In milliseconds it is -1, which means the end of a topic to Kafka.
      settings: { startFrom: { timestamp: '1969-12-31T23:59:59.999Z' } },
    },
  ])('refuses %j', update => {
    expect(updateQueueSchema.safeParse(update).success).toBe(false);
  });
});

describe('defaultQueueSettings', () => {
  it('are valid settings', () => {
    expect(queueSettingsSchema.parse(defaultQueueSettings)).toEqual(
      defaultQueueSettings,
    );
  });
});
