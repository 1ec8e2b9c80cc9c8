import { aQueue, aStatus } from '../__testUtils__/fixtures';
import { groupOf } from './attention';

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
    expect(groupOf(aQueue({ state: 'enabled', status }))).toBe(group);
  });

  it('puts a queue under disabled whatever its consumers still do', () => {
    expect(groupOf(aQueue({ status: undefined }))).toBe('disabled');
    const status = aStatus({ phase: 'blocked' });
    expect(groupOf(aQueue({ state: 'disabled', status }))).toBe('disabled');
  });

  it('wants attention for counters that do not add up, always', () => {
    const { counters } = aStatus();
    const status = aStatus({ counters: { ...counters, read: 1 } });
    expect(groupOf(aQueue({ state: 'disabled', status }))).toBe('attention');
  });
});
