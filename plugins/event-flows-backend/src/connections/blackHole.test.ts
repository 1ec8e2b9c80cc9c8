import { once } from 'node:events';
import {
  type AddressInfo,
  createServer,
  type Server,
  type Socket,
} from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from '@event-flows/engine';
import { waitUntil } from '@event-flows/testbed';
import { startBackend, type TestBackend } from '../__testUtils__/startBackend';

jest.setTimeout(60_000);

/**
 * Of a request that needs no cluster, while others hang for 15 s. On a quiet
 * machine it is a few milliseconds.
 */
const MAX_LATENCY_MS = 5000;
const MAX_MEDIAN_LATENCY_MS = 500;

/**
 * A host that takes connections and never says a word. The engine runs in this
 * process, on the same event loop as the portal's routes: in a portal, where it
 * has a thread of its own, it disturbs even less.
 */
describe('connecting to a black hole', () => {
  const sockets = new Set<Socket>();
  let opened = 0;
  let blackHole: Server;
  let broker: string;
  let backend: TestBackend;

  beforeAll(async () => {
    blackHole = createServer(socket => {
      opened += 1;
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
      socket.resume();
    });
    blackHole.listen(0, '127.0.0.1');
    await once(blackHole, 'listening');
    broker = `127.0.0.1:${(blackHole.address() as AddressInfo).port}`;
    const allow = ['127.0.0.1:*'];
    backend = await startBackend({
      engine: createEngine(
        {
          brokers: { allow },
          endpoints: { allow: [], credentials: [] },
          forwardHeaders: [],
          drainTimeoutMs: 1000,
        },
        () => {},
      ),
      permissionsEnabled: true,
      config: { brokers: { allow } },
    });
  });

  beforeEach(() => {
    opened = 0;
  });

  afterAll(async () => {
    await backend?.stop();
    sockets.forEach(socket => socket.destroy());
    blackHole?.close();
  });

  /** In the clear, with TLS, and with a sign-in, in turn. */
  function connect(n: number) {
    return backend.as('ada').post('/connections', {
      ...{ name: `black hole ${n}`, type: 'kafka', brokers: [broker] },
      ...(n % 3 > 0 && { tls: true }),
      ...(n % 3 > 1 && {
        sasl: { mechanism: 'plain', username: 'app', password: 'secret' },
      }),
    });
  }

  const noSocketIsLeft = () =>
    waitUntil(() => sockets.size === 0, {
      what: 'the sockets to be gone',
      timeoutMs: 5000,
    });

  it('fifty times at once leaves the portal responsive, and no socket', async () => {
    const latencies: number[] = [];
    let isOver = false;
    const measuring = (async () => {
      while (!isOver) {
        const begun = performance.now();
        await backend.as('olga').get('/connections').expect(200);
        latencies.push(performance.now() - begun);
        await delay(20);
      }
    })();

    const begun = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => connect(n)),
    );
    const tookMs = performance.now() - begun;
    isOver = true;
    await measuring;

    const hung = answers.filter(({ status }) => status === 400);
    const refused = answers.filter(({ status }) => status === 429);
    expect(hung).toHaveLength(10);
    expect(refused).toHaveLength(40);
    for (const { body } of hung) {
      expect(body.error).toMatchObject({
        name: 'BrokerConnectionError',
        reason: 'timeout',
      });
    }
    for (const { headers } of refused) {
      expect(headers['retry-after']).toBe('10');
    }
    // The time-box of a connection test is 15 s.
    expect(tookMs).toBeLessThan(20_000);
    expect(latencies.length).toBeGreaterThan(20);
    expect(Math.max(...latencies)).toBeLessThan(MAX_LATENCY_MS);
    const sorted = latencies.toSorted((x, y) => x - y);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(
      MAX_MEDIAN_LATENCY_MS,
    );

    expect(opened).toBeGreaterThanOrEqual(10);
    await noSocketIsLeft();
    const { body } = await backend.as('ada').get('/connections').expect(200);
    expect(body.items).toEqual([]);
  });

  it('ends at once when whoever asked has gone', async () => {
    const requests = Array.from({ length: 10 }, (_, n) => connect(n));
    const ends = requests.map(request => request.catch(() => 'gone'));
    await waitUntil(() => sockets.size === 10, {
      what: 'ten connections',
      timeoutMs: 5000,
    });
    requests.forEach(request => request.abort());
    await noSocketIsLeft();
    expect(await Promise.all(ends)).toEqual(Array(10).fill('gone'));
    // And makes room for others.
    const last = connect(0);
    const end = last.catch(() => 'gone');
    await waitUntil(() => sockets.size === 1, {
      what: 'one more connection',
      timeoutMs: 5000,
    });
    last.abort();
    await end;
    await noSocketIsLeft();
  });
});
