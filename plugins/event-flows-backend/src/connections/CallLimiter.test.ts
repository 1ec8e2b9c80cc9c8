import { CallLimiter } from './CallLimiter';

describe('CallLimiter', () => {
  let now = 0;
  const limiter = () =>
    new CallLimiter({
      ...{ maxConcurrent: 3, maxConcurrentPerCaller: 2, maxPerMinute: 5 },
      now: () => now,
    });

  it('lets each caller do so many at once, and all of them so many', async () => {
    const limits = limiter();
    const ends: Array<() => void> = [];
    const begin = (caller: string) =>
      limits.run(caller, () => new Promise<void>(end => ends.push(end)));
    const running = [begin('ada'), begin('ada')];
    await expect(begin('ada')).rejects.toMatchObject({
      statusCode: 429,
      retryAfterSeconds: 10,
    });
    running.push(begin('olga'));
    await expect(begin('vic')).rejects.toThrow('at once');
    ends.forEach(end => end());
    await Promise.all(running);
    await limits.run('ada', async () => {});
  });

  it('lets each caller do so many a minute, and says when again', async () => {
    const limits = limiter();
    const call = (caller: string) => limits.run(caller, async () => 'done');
    for (let i = 0; i < 5; i++) {
      await call('ada');
      now += 1000;
    }
    await expect(call('ada')).rejects.toMatchObject({ retryAfterSeconds: 55 });
    expect(await call('olga')).toBe('done');
    now += 55_000;
    expect(await call('ada')).toBe('done');
    await expect(call('ada')).rejects.toMatchObject({ retryAfterSeconds: 1 });
  });

  it('counts a call that fails, and ends it', async () => {
    const limits = limiter();
    const failure = new Error('nobody answers');
    for (let i = 0; i < 5; i++) {
      const failing = limits.run('ada', () => Promise.reject(failure));
      await expect(failing).rejects.toBe(failure);
    }
    await expect(limits.run('ada', async () => {})).rejects.toThrow(
      'too often; try again in 60 seconds',
    );
  });
});
