import { ReadingPace } from './ReadingPace';

describe('ReadingPace', () => {
  it('waits longer after twenty reads in vain, and not so long once something is found', () => {
    const pace = new ReadingPace();
    const readInVain = (times: number) => {
      for (let read = 0; read < times; read += 1) {
        pace.hasRead();
      }
    };
    expect(pace.waitMs).toBe(500);
    readInVain(19);
    expect(pace.waitMs).toBe(500);
    readInVain(1);
    expect(pace.waitMs).toBe(2_000);
    pace.found();
    expect(pace.waitMs).toBe(500);
    readInVain(19);
    expect(pace.waitMs).toBe(500);
  });
});
