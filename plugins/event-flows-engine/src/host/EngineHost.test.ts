import { Worker } from 'node:worker_threads';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import type { DesiredQueue, EngineOptions } from '../types';
import { createEngineHost, EngineHost } from './EngineHost';

/**
 * A thread that speaks the engine's protocol and can be told to die, which the
 * real one cannot. The real one runs in a process of its own in the test of
 * the engine: Jest gives its worker threads no way to load TypeScript.
 */
const FAKE_ENGINE = `
  const { parentPort } = require('node:worker_threads');
  let queues = [];
  parentPort.on('message', ({ kind, id, name, args, options }) => {
    const send = message => parentPort.postMessage({ id, ...message });
    if (kind === 'cancel') {
      send({ kind: 'error', error: { reason: 'timeout', message: 'cancelled' } });
    } else if (name === 'apply') {
      queues = args[0];
      parentPort.postMessage({ kind: 'log', entry: { level: 'info', message: 'applied ' + queues.length } });
      send({ kind: 'result' });
    } else if (name === 'reports') {
      send({ kind: 'result', value: queues.map(({ id: queueId }) => ({ queueId, phase: 'running' })) });
    } else if (name === 'probe') {
      const what = args[0].brokers[0];
      if (what === 'die') throw new Error('out of luck');
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

  beforeEach(() => {
    log.mockClear();
    started = 0;
    host = new EngineHost(options, log, {
      startWorker: () => {
        started += 1;
        return new Worker(FAKE_ENGINE, { eval: true });
      },
      now: Date.now,
      random: () => 0,
    });
  });

  afterEach(async () => {
    await host.close();
  });

  it('passes calls, answers and log lines on', async () => {
    await host.apply([queue]);
    expect(await host.reports()).toEqual([{ queueId: 'q', phase: 'running' }]);
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
    expect(await host.reports()).toMatchObject([
      {
        queueId: 'q',
        phase: 'failed',
        reason: expect.stringMatching(/being started again/),
      },
    ]);
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({ level: 'error' }),
    );
    await waitUntil(async () => (await host.reports())[0].phase === 'running', {
      timeoutMs: 5_000,
      what: 'the engine to run again',
    });
    expect(started).toBe(2);
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
