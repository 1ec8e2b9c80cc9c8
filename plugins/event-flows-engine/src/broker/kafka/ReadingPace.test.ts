import { ReadingPace } from './ReadingPace';

describe('ReadingPace', () => {
  const read = (pace: ReadingPace, times: number) => {
    for (let i = 0; i < times; i += 1) {
      pace.hasRead();
    }
  };

  it('waits longer after twenty reads in vain, and not so long once something is found', () => {
    const pace = new ReadingPace();
    expect(pace.waitMs(false)).toBe(500);
    read(pace, 19);
    expect(pace.waitMs(false)).toBe(500);
    read(pace, 1);
    expect(pace.waitMs(false)).toBe(2_000);
    pace.found();
    expect(pace.waitMs(false)).toBe(500);
    read(pace, 19);
    expect(pace.waitMs(false)).toBe(500);
  });

  it('hardly waits while a partition is full, but not for ever', () => {
    const pace = new ReadingPace();
    pace.paused();
    expect(pace.waitMs(true)).toBe(50);
    read(pace, 39);
    expect(pace.waitMs(true)).toBe(50);
    read(pace, 1);
    expect(pace.waitMs(true)).toBe(500);
    pace.paused();
    expect(pace.waitMs(true)).toBe(50);
    expect(pace.waitMs(false)).toBe(500);
  });
});
