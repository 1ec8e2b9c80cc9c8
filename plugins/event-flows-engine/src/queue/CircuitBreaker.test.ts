import fc from 'fast-check';
import { CircuitBreaker, FAILURES_TO_OPEN } from './CircuitBreaker';

const longestWait = () => new CircuitBreaker(() => 1);
const refused = { reason: 'connection refused', isEndpointsFault: true };
const timedOut = { reason: 'no answer', isEndpointsFault: false };
const times = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('CircuitBreaker', () => {
  it('opens after failures in a row, lets one probe through, and closes with it', () => {
    const breaker = longestWait();
    const record = {};
    times(FAILURES_TO_OPEN - 1).forEach(() => breaker.fail(record, refused, 0));
    expect(breaker.mayBegin(0)).toBe(true);
    breaker.fail(record, refused, 0);
    expect(breaker.open).toEqual({ why: 'failing', reason: refused.reason });
    expect(breaker.probeAtMs).toBe(500);
    expect(breaker.mayBegin(499)).toBe(false);
    expect(breaker.mayBegin(500)).toBe(true);
    const probe = {};
    breaker.begin(probe);
    expect(breaker.mayBegin(10_000)).toBe(false);
    breaker.fail(probe, refused, 600);
    expect(breaker.probeAtMs).toBe(1_600);
    breaker.begin(probe);
    breaker.succeed(probe);
    expect(breaker.open).toBeUndefined();
    expect(breaker.mayBegin(1_600)).toBe(true);
  });

  it('starts counting anew with every success', () => {
    const breaker = longestWait();
    times(20).forEach(index => {
      breaker.fail({}, refused, 0);
      if (index % (FAILURES_TO_OPEN - 1) === 0) {
        breaker.succeed({});
      }
    });
    expect(breaker.open).toBeUndefined();
  });

  it('does not take one record that fails for a failing endpoint, but several', () => {
    const breaker = longestWait();
    const record = {};
    times(100).forEach(() => breaker.fail(record, timedOut, 0));
    expect(breaker.open).toBeUndefined();
    times(FAILURES_TO_OPEN).forEach(() => breaker.fail({}, timedOut, 0));
    expect(breaker.open?.why).toBe('failing');
  });

  it('knows also while it is open whether many records fail or one does', () => {
    const breaker = longestWait();
    const record = {};
    breaker.misconfigured({}, '401', 0);
    times(100).forEach(() => breaker.fail(record, timedOut, 0));
    expect(breaker.failsWhateverTheRecord).toBe(false);
    times(FAILURES_TO_OPEN - 1).forEach(() => breaker.fail({}, timedOut, 0));
    expect(breaker.failsWhateverTheRecord).toBe(true);
    breaker.succeed({});
    expect(breaker.failsWhateverTheRecord).toBe(false);
  });

  it('opens at once where something has to be mended', () => {
    const breaker = longestWait();
    breaker.misconfigured({}, '401', 0);
    expect(breaker.open).toEqual({ why: 'misconfigured', reason: '401' });
    expect(breaker.probeAtMs).toBe(2_000);
  });

  it('leaves the endpoint alone for as long as it asks', () => {
    const breaker = longestWait();
    const asking = { ...refused, retryAfterMs: 30_000 };
    times(FAILURES_TO_OPEN).forEach(() => breaker.fail({}, asking, 1_000));
    expect(breaker.probeAtMs).toBe(31_000);
  });

  it('is not closed by what began before it opened', () => {
    const breaker = longestWait();
    const slow = {};
    breaker.begin(slow);
    breaker.misconfigured({}, '401', 0);
    breaker.succeed(slow);
    expect(breaker.open).toBeDefined();
  });

  it('tries another record when the probe is gone', () => {
    const breaker = longestWait();
    breaker.misconfigured({}, '401', 0);
    const probe = {};
    breaker.begin(probe);
    breaker.forget(probe, 5_000);
    expect(breaker.mayBegin(5_000)).toBe(true);
  });

  it('never has more than one request under way while open, and never waits for ever', () => {
    const events = fc.array(
      fc.record({
        how: fc.constantFrom('succeed', 'fail', 'misconfigured', 'forget'),
        afterMs: fc.integer({ min: 0, max: 5_000 }),
        isEndpointsFault: fc.boolean(),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(
        events,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (list, random) => {
          const breaker = new CircuitBreaker(() => random);
          let nowMs = 0;
          for (const { how, afterMs, isEndpointsFault } of list) {
            nowMs = Math.max(nowMs + afterMs, breaker.probeAtMs ?? 0);
            expect(breaker.mayBegin(nowMs)).toBe(true);
            const request = {};
            breaker.begin(request);
            const mayBeginAnother = breaker.mayBegin(nowMs + 1e9);
            expect(mayBeginAnother).toBe(breaker.open === undefined);
            if (how === 'fail') {
              breaker.fail(request, { reason: how, isEndpointsFault }, nowMs);
            } else if (how === 'misconfigured') {
              breaker.misconfigured(request, how, nowMs);
            } else {
              breaker[how](request, nowMs);
            }
            const waitMs = (breaker.probeAtMs ?? nowMs) - nowMs;
            expect(waitMs).toBeLessThanOrEqual(60_000);
          }
        },
      ),
    );
  });
});
