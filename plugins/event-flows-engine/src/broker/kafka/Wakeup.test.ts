import { Wakeup } from './Wakeup';

describe('Wakeup', () => {
  it('ends the waiting of all who wait, and of nobody who comes later', async () => {
    const wakeup = new Wakeup();
    const ended: string[] = [];
    const both = Promise.all([
      wakeup.wait(60_000).then(() => ended.push('first')),
      wakeup.wait(60_000).then(() => ended.push('second')),
    ]);
    wakeup.wake();
    await both;
    expect(ended).toEqual(['first', 'second']);

    const begunAt = performance.now();
    await wakeup.wait(50);
    expect(performance.now() - begunAt).toBeGreaterThan(45);
  });
});
