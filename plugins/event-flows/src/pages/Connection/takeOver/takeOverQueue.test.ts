import type { QueuePhase } from '@event-flows/backstage-plugin-event-flows-common';
import { aConnection, aQueue, aStatus } from '../../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../../__testUtils__/InMemoryEventFlows';
import { responseError } from '../../../__testUtils__/responseError';
import { CallPace } from '../../../api/CallPace';
import { takeOverQueue } from './takeOverQueue';

const OLD = 'orders-prod';
const NEW = 'orders-prod-2';

/** @param phases - what the queue says, second by second, and `starting` then */
function setup(phases: QueuePhase[] = []) {
  const queue = aQueue({ state: 'enabled', versionRef: 'latest' });
  const starting = aStatus({ phase: 'starting' });
  const api = new InMemoryEventFlows({
    connections: [aConnection(), aConnection({ id: NEW, name: NEW })],
    queues: [{ ...queue, status: starting }],
  });
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    delay: async (ms: number) => {
      nowMs += ms;
      const phase = phases.shift() ?? 'starting';
      const reason = phase === 'failed' ? 'no' : undefined;
      const status = aStatus({ phase, reason });
      api.queues = api.queues.map(q => ({ ...q, status }));
    },
  };
  const leaving = new AbortController();
  const left = new AbortController();
  const holds: number[] = [];
  const onHold = (ms: number) => holds.push(ms);
  const pace = new CallPace({ everyMs: 1_000, clock, onHold });
  const move = jest.fn(api.moveQueue.bind(api));
  const look = jest.fn(api.getQueue.bind(api));
  return {
    ...{ api, holds, move, look },
    stop: () => leaving.abort(),
    take: () => {
      const { signal } = leaving;
      return takeOverQueue(api.queues[0], NEW, {
        api: { moveQueue: move, getQueue: look },
        ...{ clock, pace, signal, left: left.signal },
      });
    },
    leave: () => left.abort(),
    at: () => api.queues[0].connection.id,
    isOpen: () => api.queues[0].openMove !== undefined,
    waitedMs: () => nowMs,
  };
}

const lost = new TypeError('Failed to fetch');

describe('takeOverQueue', () => {
  it('waits until the queue has arrived', async () => {
    const { take, at, isOpen, waitedMs } = setup(['starting', 'running']);
    expect(await take()).toMatchObject({ status: { phase: 'running' } });
    expect([at(), isOpen()]).toEqual([NEW, false]);
    expect(waitedMs()).toBe(2_000);
  });

  it('moves it back where it fails, says why, and how it is there', async () => {
    const { take, at, isOpen } = setup(['starting', 'failed', 'running']);
    await expect(take()).rejects.toMatchObject({
      ...{ name: 'MovedBackError', reason: 'no' },
      queue: { connection: { id: OLD }, status: { phase: 'failed' } },
    });
    expect([at(), isOpen()]).toEqual([OLD, false]);
  });

  it('moves it back where it does not start', async () => {
    const { take, at, waitedMs } = setup();
    await expect(take()).rejects.toMatchObject({
      ...{ name: 'MovedBackError', queue: { status: { phase: 'starting' } } },
    });
    expect(at()).toBe(OLD);
    // A minute there, and a look at how it is here.
    expect(waitedMs()).toBe(75_000);
  });

  it('waits for nothing where the queue is disabled', async () => {
    const { api, take, at, waitedMs } = setup();
    api.queues = api.queues.map(q => ({ ...q, state: 'disabled' }));
    await take();
    expect(at()).toBe(NEW);
    expect(waitedMs()).toBe(0);
  });

  it('ends what has begun, also after Stop', async () => {
    const { api, take, stop, move, at } = setup(['starting', 'running']);
    move.mockImplementation(async (...call) => {
      stop();
      return api.moveQueue(...call);
    });
    await take();
    expect(at()).toBe(NEW);
  });

  it('leaves a queue to itself whose page was left', async () => {
    const { api, take, leave, move, at, isOpen } = setup();
    move.mockImplementation(async (...call) => {
      leave();
      return api.moveQueue(...call);
    });
    await take();
    expect(move).toHaveBeenCalledTimes(1);
    expect([at(), isOpen()]).toEqual([NEW, true]);
  });

  it('goes on looking where a look fails', async () => {
    const { take, look, at } = setup(['starting', 'starting', 'running']);
    look.mockRejectedValueOnce(lost).mockRejectedValueOnce(lost);
    await take();
    expect(at()).toBe(NEW);
  });

  it('says so where it cannot look in the end, and leaves it movable back', async () => {
    const { take, look, at, isOpen } = setup();
    look.mockRejectedValue(lost);
    await expect(take()).rejects.toMatchObject({
      ...{ name: 'HalfWayError', cause: lost },
    });
    expect([at(), isOpen()]).toEqual([NEW, true]);
  });

  it('says so where it cannot be moved back', async () => {
    const { api, take, move, at, isOpen } = setup(['failed']);
    move.mockImplementation(async (id, call) => {
      if (call.connectionId === OLD) {
        throw lost;
      }
      return api.moveQueue(id, call);
    });
    await expect(take()).rejects.toMatchObject({
      ...{ name: 'HalfWayError', cause: lost },
    });
    expect([at(), isOpen()]).toEqual([NEW, true]);
  });

  it.each([
    ['whose answer is lost', lost],
    [
      'that a replica follows later',
      responseError(503, { name: 'ServiceUnavailableError', message: 'later' }),
    ],
  ])('goes on with a move %s', async (_, failure) => {
    const { api, take, move, at } = setup(['starting', 'running']);
    move.mockImplementation(async (...call) => {
      await api.moveQueue(...call);
      throw await failure;
    });
    await take();
    expect(at()).toBe(NEW);
  });

  it('moves nothing back that was refused', async () => {
    const { api, take, move, at } = setup();
    api.unmovable = { 'queue-reviews': 'The cluster shows no topic' };
    await expect(take()).rejects.toMatchObject({ statusCode: 409 });
    expect(move).toHaveBeenCalledTimes(1);
    expect(at()).toBe(OLD);
  });

  it('waits where the cluster was asked too often', async () => {
    const { take, move, at, holds } = setup(['starting', 'running']);
    move.mockRejectedValueOnce(
      await responseError(
        429,
        { name: 'TooManyRequestsError', message: 'too often' },
        { 'retry-after': '7' },
      ),
    );
    await take();
    expect(at()).toBe(NEW);
    expect(holds).toEqual([7_000]);
  });
});
