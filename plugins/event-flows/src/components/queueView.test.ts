import { aHeldUpRecord, aQueue, aStatus, ago } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import {
  queueStateLabel,
  queueView,
  recentError,
  unbalancedBy,
} from './queueView';

const enabled = { state: 'enabled', versionRef: 'latest' } as const;

describe('queueView', () => {
  it.each([
    ['starting', 'Starting', 'busy'],
    ['running', 'Running', 'ok'],
    ['retrying', 'Retrying', 'warning'],
    ['blocked', 'Blocked', 'error'],
    ['paused', 'Paused', 'warning'],
    ['failed', 'Failed', 'error'],
    ['stopped', 'Not running', 'warning'],
  ] as const)(
    'says of an enabled queue that is %s: %s',
    (phase, label, tone) => {
      expect(
        queueView(aQueue({ ...enabled, status: aStatus({ phase }) }), t),
      ).toMatchObject({ label, tone });
    },
  );

  it('says in red that nothing was delivered for long', () => {
    const status = aStatus({ phase: 'retrying', stalledSince: ago(3_600_000) });
    expect(queueView(aQueue({ ...enabled, status }), t)).toMatchObject({
      ...{ label: 'Retrying', tone: 'error' },
    });
  });

  it('prefers the reason that the engine gives, and still says what to do', () => {
    const status = aStatus({
      phase: 'blocked',
      reason: 'Offset 8,812: 422',
      heldUp: [aHeldUpRecord({ reason: '422' })],
    });
    expect(queueView(aQueue({ ...enabled, status }), t)).toMatchObject({
      reason: 'Offset 8,812: 422',
      advice:
        'Choose a version that takes it, or a dead-letter topic, with Edit.',
    });
  });

  it.each([
    [
      {
        kind: 'approval',
        since: ago(0),
        versionRef: 'component:default/sentiment-1-0-2',
        origin: 'https://b.example.com',
        approvedOrigin: 'https://a.example.com',
      },
      'Waiting for approval',
    ],
    [{ kind: 'access', since: ago(0) }, 'Waiting for access'],
  ] as const)('tells %j from other pauses', (waitsFor, label) => {
    const reason = 'Requests would now go to https://b.example.com';
    const status = aStatus({ phase: 'paused', reason, waitsFor });
    expect(queueView(aQueue({ ...enabled, status }), t)).toEqual({
      label,
      tone: 'error',
      reason,
    });
  });

  it('takes a queue that nobody has reported on yet to be starting', () => {
    expect(queueView(aQueue(enabled), t).label).toBe('Starting');
  });

  it('says Disabled only when nobody delivers any more', () => {
    const disabled = aQueue({ versionRef: 'latest' });
    expect(
      queueView({ ...disabled, status: aStatus({ phase: 'running' }) }, t)
        .label,
    ).toBe('Stopping');
    expect(
      queueView({ ...disabled, status: aStatus({ phase: 'stopped' }) }, t)
        .label,
    ).toBe('Disabled');
    expect(queueView(disabled, t).label).toBe('Disabled');
  });
});

describe('queueView of a queue that stops', () => {
  it('says what it waits for', () => {
    const reason = 'Stopping: waiting for the cluster to confirm it';
    const status = aStatus({ phase: 'paused', reason });
    expect(queueView(aQueue({ versionRef: 'latest', status }), t)).toEqual({
      label: 'Stopping',
      tone: 'busy',
      reason,
    });
  });
});

describe('recentError', () => {
  const now = Date.now();
  const at = (minutes: number) => ({
    at: ago(minutes * 60_000),
    message: '502',
  });

  it('is one of the last ten minutes of a queue that delivers', () => {
    const lastError = at(9);
    for (const phase of ['running', 'retrying'] as const) {
      const status = aStatus({ phase, lastError });
      expect(recentError(aQueue({ ...enabled, status }), now)).toBe(lastError);
    }
  });

  it.each([
    ['is older', enabled, { lastError: at(11) }],
    ['did not happen', enabled, {}],
    [
      'is said already',
      enabled,
      { phase: 'retrying', lastError: at(1), reason: '3rd attempt, 502' },
    ],
    ['is what stops it', enabled, { phase: 'paused', lastError: at(1) }],
    ['is past', {}, { lastError: at(1) }],
  ] as const)('is none that %s', (_why, queue, status) => {
    expect(
      recentError(aQueue({ ...queue, status: aStatus(status) }), now),
    ).toBeUndefined();
  });
});

describe('queueStateLabel', () => {
  it('says the same in lists that know only the phase', () => {
    expect(
      queueStateLabel({ state: 'enabled', phase: 'paused' }, t).label,
    ).toBe('Paused');
    expect(queueStateLabel({ state: 'disabled' }, t).label).toBe('Disabled');
  });
});

describe('unbalancedBy', () => {
  it('tells a balance that does not add up', () => {
    const { counters } = aStatus();
    expect(unbalancedBy(counters)).toBeUndefined();
    expect(unbalancedBy({ ...counters, read: 1 })).toBe(10_012);
  });
});
