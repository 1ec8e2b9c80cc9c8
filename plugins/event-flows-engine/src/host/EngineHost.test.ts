import { Worker } from 'node:worker_threads';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import type { BrokerAccess, DesiredQueue, EngineOptions } from '../types';
import { HUNG_AFTER_S, SILENT_AFTER_S } from './AnswerWatch';
import { createEngineHost, EngineHost } from './EngineHost';

/**
 * A thread that speaks the engine's protocol and can be told to die or to hang,
 * which the real one cannot. The real one runs in a process of its own in the test of
 * the engine: Jest gives its worker threads no way to load TypeScript.
 */
const FAKE_ENGINE = `
  const { parentPort, threadId } = require('node:worker_threads');
  let queues = [];
  const ended = [];
  parentPort.on('message', ({ kind, id, name, args, options }) => {
    const send = message => parentPort.postMessage({ id, ...message });
    if (kind === 'cancel') {
      send({ kind: 'error', error: { reason: 'timeout', message: 'cancelled' } });
    } else if (name === 'apply') {
      queues = args[0];
      parentPort.postMessage({ kind: 'log', entry: { level: 'info', message: 'applied ' + queues.length } });
      send({ kind: 'result' });
    } else if (name === 'reports') {
      const current = queues.map(({ id: queueId }) => ({ queueId, run: 'r' + threadId, phase: 'running', deliveredPerSecond: 5 }));
      send({ kind: 'result', value: { current, ended: ended.splice(0) } });
    } else if (name === 'probe') {
      const what = args[0].brokers[0];
      if (what === 'die') throw new Error('out of luck');
      if (what === 'busy') for (;;);
      if (what === 'slow') {
        ended.push({ queueId: 'gone' });
        Atomics.wait(new Int32Array(args[0].gate), 0, 0);
        send({ kind: 'result' });
      }
      if (what === 'fail') send({ kind: 'error', error: { reason: 'tls', message: 'no trust', cause: 'root' } });
      if (what === 'work') send({ kind: 'result', value: { clusterId: 'c', brokers: options.timeoutMs } });
    } else {
      send({ kind: 'result' });
    }
  });
`;

const options: EngineOptions = {
  brokers: { allow: [] },
  endpoints: { allow: [], credentials: [] },
  forwardHeaders: [],
  drainTimeoutMs: 100,
};

const queue: DesiredQueue = {
  id: 'q',
  connection: { id: 'c', brokers: ['kafka:9092'] },
  topic: 'orders',
  groupId: 'g',
  algorithmRef: 'component:default/a',
  target: { kind: 'unavailable', reason: 'none' },
  settings: defaultQueueSettings,
  revision: 1,
  decisions: [],
};

const access = (broker: string) => ({ id: 'c', brokers: [broker] });

describe('EngineHost', () => {
  const log = jest.fn();
  let host: EngineHost;
  let started = 0;
  /** Starts that fail before there is a thread. */
  let refusals = 0;
  let pass: (seconds: number) => void;

  beforeEach(() => {
    log.mockClear();
    started = 0;
    refusals = 0;
    host = new EngineHost(options, log, {
      startWorker: () => {
        started += 1;
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('no thread is left');
        }
        return new Worker(FAKE_ENGINE, { eval: true });
      },
      everySecond: tick => {
        pass = seconds => Array.from({ length: seconds }).forEach(tick);
        return () => {};
      },
      now: Date.now,
      random: () => 0,
    });
  });

  afterEach(async () => {
    await host.close();
  });

  const runsAgain = () =>
    waitUntil(
      async () => {
        const reports = await host.reports();
        return reports.current[0].phase === 'running' ? reports : undefined;
      },
      { timeoutMs: 5_000, what: 'the engine to run again' },
    );

  it('passes calls, answers and log lines on', async () => {
    await host.apply([queue]);
    expect(await host.reports()).toMatchObject({
      current: [{ queueId: 'q', phase: 'running' }],
      ended: [],
    });
    await expect(
      host.admin.probe(access('work'), { timeoutMs: 7 }),
    ).resolves.toEqual({ clusterId: 'c', brokers: 7 });
    expect(log).toHaveBeenCalledWith({ level: 'info', message: 'applied 1' });
  });

  it('sends of the options what it knows: a caller may hand over more', async () => {
    const more = { timeoutMs: 7, admin: { topic: () => {} } };
    await expect(host.admin.probe(access('work'), more)).resolves.toEqual({
      clusterId: 'c',
      brokers: 7,
    });
  });

  it('keeps the reason of an error', async () => {
    await expect(host.admin.probe(access('fail'))).rejects.toMatchObject({
      name: 'BrokerConnectionError',
      reason: 'tls',
      message: expect.stringContaining('no trust'),
    });
  });

  it('cancels a call over there', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const probing = host.admin.probe(access('hang'), { signal });
    controller.abort();
    await expect(probing).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringContaining('cancelled'),
    });
  });

  it('starts a dead engine again with the queues that were wanted last', async () => {
    await host.apply([queue]);
    await expect(host.admin.probe(access('die'))).rejects.toThrow(
      /ended unexpectedly \(out of luck\) and is being started again/,
    );
    expect((await host.reports()).current).toMatchObject([
      {
        queueId: 'q',
        phase: 'failed',
        reason: expect.stringMatching(/being started again/),
      },
    ]);
    // Nothing runs that is not wanted, and the next thread gets this list.
    await host.apply([{ ...queue, id: 'r' }]);
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({ level: 'error' }),
    );
    expect((await runsAgain()).current).toMatchObject([{ queueId: 'r' }]);
    expect(started).toBe(2);
  });

  it('tries again where there is no thread for it', async () => {
    await host.apply([queue]);
    refusals = 2;
    await expect(host.admin.probe(access('die'))).rejects.toThrow(/out of/);
    expect((await runsAgain()).current).toMatchObject([{ queueId: 'q' }]);
    expect(started).toBe(4);
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({
        message: expect.stringContaining('no thread is left'),
      }),
    );
  });

  it('ends an engine that hangs, and starts it again with the queues that were wanted last', async () => {
    await host.apply([queue]);
    const [{ run }] = (await host.reports()).current;
    const probing = host.admin.probe(access('busy')).catch(error => error);
    const applying = host.apply([queue, { ...queue, id: 'r' }]);
    const asked = host.reports();
    pass(SILENT_AFTER_S);
    // The same run: it would be counted twice if the thread came round.
    expect((await asked).current).toMatchObject([
      {
        ...{ queueId: 'q', run, phase: 'failed', deliveredPerSecond: 0 },
        reason: expect.stringMatching(/does not answer/),
      },
      { queueId: 'r', phase: 'failed' },
    ]);
    expect((await host.reports()).current[0].phase).toBe('failed');
    pass(HUNG_AFTER_S - SILENT_AFTER_S - 1);
    expect(log).not.toHaveBeenCalledWith(
      expect.objectContaining({ level: 'error' }),
    );
    pass(2);
    // In effect: nothing runs, and the next thread gets this list.
    await applying;
    expect((await probing).message).toMatch(/did not answer for 30 s/);
    expect(
      log.mock.calls
        .map(([entry]) => entry)
        .filter(({ level }) => level === 'error')
        .map(({ message }) => message),
    ).toEqual([
      expect.stringMatching(/hangs \(it did not answer for 30 s\)/),
      expect.stringMatching(/ended unexpectedly .* it is started again/),
    ]);
    expect((await runsAgain()).current).toMatchObject([
      { queueId: 'q' },
      { queueId: 'r' },
    ]);
    expect(started).toBe(2);
  });

  it('goes on with an engine that was only slow, and misses nothing that has ended', async () => {
    await host.apply([queue]);
    await host.reports();
    const gate = new SharedArrayBuffer(4);
    const probing = host.admin.probe(
      Object.assign(access('slow'), { gate }) as BrokerAccess,
    );
    const asked = host.reports();
    pass(HUNG_AFTER_S - 1);
    expect(await asked).toMatchObject({
      current: [{ phase: 'failed' }],
      ended: [],
    });
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    await probing;
    expect(await runsAgain()).toMatchObject({
      current: [{ queueId: 'q' }],
      ended: [{ queueId: 'gone' }],
    });
    pass(HUNG_AFTER_S);
    expect(await host.reports()).toMatchObject({
      current: [{ phase: 'running' }],
      ended: [],
    });
    expect(started).toBe(1);
  });

  it('does not start anything again after it was closed', async () => {
    await host.close();
    await expect(host.apply([])).rejects.toThrow('The engine is closed');
    await expect(host.admin.probe(access('work'))).rejects.toThrow();
    expect(started).toBe(1);
  });
});

describe('createEngineHost', () => {
  it('refuses what it does not understand before anything starts', () => {
    const broken = { ...options, brokers: { allow: ['kafka'] } };
    expect(() => createEngineHost(broken, () => {})).toThrow(
      'eventFlows.brokers.allow',
    );
  });
});
