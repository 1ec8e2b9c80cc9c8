import { ProgressWatch } from './ProgressWatch';

describe('ProgressWatch', () => {
  let stalls: number;
  let watch: ProgressWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    stalls = 0;
    watch = new ProgressWatch(10_000, () => {
      stalls += 1;
    });
  });

  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  it('tells once that nothing happens any more', () => {
    jest.advanceTimersByTime(10_000);
    expect(stalls).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(stalls).toBe(1);
    jest.advanceTimersByTime(60_000);
    expect(stalls).toBe(1);
  });

  it('begins anew with each progress, and ends when it is stopped', () => {
    jest.advanceTimersByTime(9_000);
    watch.progress();
    jest.advanceTimersByTime(10_000);
    expect(stalls).toBe(0);
    watch.stop();
    jest.advanceTimersByTime(60_000);
    expect(stalls).toBe(0);
  });

  it('counts no time in which nothing is due', () => {
    let isDue = true;
    watch.stop();
    watch = new ProgressWatch(
      10_000,
      () => {
        stalls += 1;
      },
      () => isDue,
    );
    jest.advanceTimersByTime(9_000);
    isDue = false;
    jest.advanceTimersByTime(60_000);
    isDue = true;
    jest.advanceTimersByTime(10_000);
    expect(stalls).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(stalls).toBe(1);
  });

  it('does not take time for a stall in which the process was suspended', () => {
    // However long that was: a timer that is late comes once.
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(2_000);
    expect(stalls).toBe(0);
  });
});
