import { aQueue, aStatus } from '../__testUtils__/fixtures';
import { groupOf } from './attention';

const NOW = Date.parse('2026-11-26T12:00:00Z');

describe('groupOf', () => {
  it.each([
    ['blocked', 'attention'],
    ['paused', 'attention'],
    ['failed', 'attention'],
    ['stopped', 'attention'],
    ['retrying', 'working'],
    ['running', 'working'],
    ['starting', 'working'],
  ] as const)('puts an enabled queue that is %s under %s', (phase, group) => {
    const status = aStatus({ phase });
    expect(groupOf(aQueue({ state: 'enabled', status }), NOW)).toBe(group);
  });

  it.each(['retrying', 'starting', 'running'] as const)(
    'wants attention for one that has delivered nothing for long and is %s',
    phase => {
      const status = aStatus({ phase, stalledSince: '2026-11-26T11:00:00Z' });
      expect(groupOf(aQueue({ state: 'enabled', status }), NOW)).toBe(
        'attention',
      );
    },
  );

  it('puts a queue under disabled whatever its consumers still do', () => {
    expect(groupOf(aQueue({ status: undefined }), NOW)).toBe('disabled');
    const status = aStatus({ phase: 'blocked' });
    expect(groupOf(aQueue({ state: 'disabled', status }), NOW)).toBe(
      'disabled',
    );
  });

  it('wants attention for counters that do not add up, always', () => {
    const { counters } = aStatus();
    const status = aStatus({ counters: { ...counters, read: 1 } });
    expect(groupOf(aQueue({ state: 'disabled', status }), NOW)).toBe(
      'attention',
    );
  });

  it('wants attention before unread records are deleted, also of a disabled one', () => {
    const clock = (deletedFrom: string) =>
      aQueue({
        pauseClock: {
          ...{ deletedFrom, retentionMs: 604_800_000, deleted: 0 },
          isSizeLimited: false,
        },
      });
    expect(groupOf(clock('2026-11-26T15:00:00Z'), NOW)).toBe('attention');
    expect(groupOf(clock('2026-12-02T15:00:00Z'), NOW)).toBe('disabled');
  });

  it('wants attention while it waits for somebody, whatever replicas say', () => {
    const waitsFor = {
      ...{ kind: 'access' as const, since: '2026-11-26T10:00:00Z' },
    };
    const status = aStatus({ phase: 'starting', waitsFor });
    expect(groupOf(aQueue({ state: 'enabled', status }), NOW)).toBe(
      'attention',
    );
  });
});
