import { aQueue, aStatus } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { queueStateLabel, queueView, unbalancedBy } from './queueView';

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

  it('prefers the reason that the engine gives, and still says what to do', () => {
    const status = aStatus({ phase: 'blocked', reason: 'Offset 8,812: 422' });
    expect(queueView(aQueue({ ...enabled, status }), t)).toMatchObject({
      reason: 'Offset 8,812: 422',
      advice:
        'Choose a version that takes it, or a dead-letter topic, with Edit.',
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
