import { at } from '../__testUtils__/records';
import { stallOf } from './stallOf';

const enabled = { state: 'enabled' as const };
const stalled = { ...enabled, stalledSince: at(10) };
const NOW = at(100);

describe('the stall of a queue', () => {
  it.each(['retrying', 'starting', 'blocked', 'paused', 'failed'] as const)(
    'begins when it is seen to be %s, and goes on from there',
    phase => {
      expect(stallOf(enabled, { phase, lag: 0 }, NOW)).toBe(NOW);
      expect(stallOf(stalled, { phase, lag: 0 }, NOW)).toBe(at(10));
      const before = { phase, lag: 0, lastDeliveredAt: at(9) };
      expect(stallOf(stalled, before, NOW)).toBe(at(10));
    },
  );

  it('begins anew with each record that is delivered', () => {
    const seen = { phase: 'retrying' as const, lag: 5 };
    expect(stallOf(stalled, { ...seen, lastDeliveredAt: at(11) }, NOW)).toBe(
      NOW,
    );
  });

  it('is over when it runs and has delivered, or has nothing to deliver', () => {
    const runs = { phase: 'running' as const, lag: 5 };
    expect(stallOf(enabled, runs, NOW)).toBe(undefined);
    expect(stallOf(stalled, runs, NOW)).toBe(at(10));
    expect(stallOf(stalled, { ...runs, lastDeliveredAt: at(11) }, NOW)).toBe(
      undefined,
    );
    expect(stallOf(stalled, { ...runs, lag: 0 }, NOW)).toBe(undefined);
  });

  it('is none of a queue that is disabled, or waits for a decision', () => {
    const seen = { phase: 'paused' as const, lag: 5 };
    expect(stallOf({ ...stalled, state: 'disabled' }, seen, NOW)).toBe(
      undefined,
    );
    const waitsFor = { kind: 'access' as const, since: at(0) };
    expect(stallOf(stalled, { ...seen, waitsFor }, NOW)).toBe(undefined);
  });
});
