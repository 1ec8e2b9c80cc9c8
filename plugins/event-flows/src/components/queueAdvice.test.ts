import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { aHeldUpRecord, aStatus } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { queueAdvice } from './queueAdvice';

const settings = defaultQueueSettings;

describe('queueAdvice', () => {
  const heldUp = [aHeldUpRecord()];
  const reason = `Partition 2, offset 8,812: ${heldUp[0].reason}`;

  it('says what to do about a record that was refused', () => {
    const status = aStatus({ phase: 'blocked', reason, heldUp });
    expect(queueAdvice({ status, settings }, t)).toBe(
      'Choose a version that takes it, or a dead-letter topic, with Edit.',
    );
  });

  it('does not say to set a dead-letter topic where it cannot be written', () => {
    const status = aStatus({ phase: 'blocked', reason, heldUp });
    expect(
      queueAdvice(
        { status, settings: { ...settings, deadLetterTopic: 'parked' } },
        t,
      ),
    ).toBe(
      'Writing to parked is tried again by itself. Edit can name another topic.',
    );
  });

  it('leaves a lost position to its reason, also beside a held-up record', () => {
    const lost = 'Kafka does not have the next record any more';
    for (const others of [undefined, heldUp]) {
      const status = aStatus({
        phase: 'blocked',
        reason: lost,
        heldUp: others,
      });
      expect(queueAdvice({ status, settings }, t)).toBeUndefined();
    }
  });

  it.each([
    ['retrying', '3rd attempt, 502 from host:8443', /tried again by itself/],
    ['paused', '401 from host:8443', /Mend the endpoint or its credentials/],
    ['paused', undefined, /Mend the endpoint/],
    ['failed', undefined, /an administrator should look at the connection/],
    ['stopped', undefined, /eventFlows.consumers.enabled/],
  ] as const)('says what to do about %s (%s)', (phase, text, advice) => {
    const status = aStatus({ phase, reason: text });
    expect(queueAdvice({ status, settings }, t)).toMatch(advice);
  });

  it.each([
    [
      'paused',
      'The endpoint of component:default/sentiment-1-0-2 is not allowed; an operator can add it to eventFlows.endpoints.allow',
    ],
    [
      'paused',
      "The endpoint of component:default/sentiment-1-0-2 is not allowed: https://host/x is not below one of the operator's eventFlows.endpoints.allow",
    ],
    [
      'paused',
      'component:default/sentiment has no version in production that can be used; publish one in the catalog or choose a version by name',
    ],
    [
      'paused',
      '26 of the last 50 records were refused, the last one with 400 from host; the others stay in the topic until a record is taken again or the queue is edited',
    ],
    [
      'retrying',
      '503 from host, 5 times or more in a row; now and then one record is tried, and the others wait',
    ],
    [
      'failed',
      'None of the brokers kafka:9092 could be reached (ECONNREFUSED): check the host names, the ports and the firewall',
    ],
  ] as const)('says no more where it is %s: %s', (phase, text) => {
    const status = aStatus({ phase, reason: text });
    expect(queueAdvice({ status, settings }, t)).toBeUndefined();
  });

  it('says what to do where nothing was delivered for long, whatever the reason says', () => {
    const stalledSince = '2026-11-26T11:00:00Z';
    const advice = (phase: 'retrying' | 'starting', text?: string) =>
      queueAdvice(
        { status: aStatus({ phase, reason: text, stalledSince }), settings },
        t,
      );
    expect(
      advice('retrying', '503 from host, 5 times in a row; the others wait'),
    ).toMatch(/^See whether the endpoint is up/);
    expect(advice('starting')).toMatch(/An operator should look at the log/);
    const withAdvice =
      'No replica of the backend consumes now; start one with eventFlows.consumers.enabled';
    expect(advice('starting', withAdvice)).toBeUndefined();
  });

  it('has none where nothing is wrong', () => {
    expect(queueAdvice({ status: aStatus(), settings }, t)).toBeUndefined();
    expect(queueAdvice({ settings }, t)).toBeUndefined();
  });
});
