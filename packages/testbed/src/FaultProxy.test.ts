import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultProxy, startRecordingEndpoint, type RecordingEndpoint } from '.';

describe('FaultProxy', () => {
  let endpoint: RecordingEndpoint;
  let proxy: FaultProxy;

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
    proxy = await FaultProxy.start({ targetPort: endpoint.port });
  });

  afterEach(async () => {
    await proxy.close();
    await endpoint.close();
  });

  const post = (signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${proxy.port}/`, {
      method: 'POST',
      body: 'x'.repeat(100_000),
      signal,
    });

  it('passes on what is sent, in both directions', async () => {
    endpoint.respond = () => ({ status: 200, body: 'y'.repeat(500_000) });

    const response = await post();

    expect(await response.text()).toHaveLength(500_000);
    expect(endpoint.requests[0].body).toHaveLength(100_000);
  });

  it('is late while slow', async () => {
    proxy.slow(100);
    const before = performance.now();
    await post();
    expect(performance.now() - before).toBeGreaterThanOrEqual(190);
  });

  it('cuts connections that exist and refuses new ones until it is open', async () => {
    const client = await connected();
    const cut = closed(client);
    proxy.cut();
    await cut;
    await expect(post()).rejects.toThrow('fetch failed');
    expect(endpoint.requests).toHaveLength(0);

    proxy.open();
    expect((await post()).status).toBe(200);
  });

  it('says nothing while it is a black hole, and delivers afterwards', async () => {
    proxy.blackHole();
    const pending = post();
    const first = await Promise.race([pending, delay(200, 'silence')]);
    expect(first).toBe('silence');
    expect(endpoint.requests).toHaveLength(0);

    proxy.open();
    expect((await pending).status).toBe(200);
  });

  it('resets connections and takes new ones', async () => {
    const client = await connected();
    const cut = closed(client);
    proxy.reset();
    await cut;
    expect((await post()).status).toBe(200);
  });

  /** `once` would take the reset for a failure of the wait. */
  function closed(client: Socket): Promise<void> {
    return new Promise(resolve => client.once('close', () => resolve()));
  }

  async function connected(): Promise<Socket> {
    const client = connect({ host: '127.0.0.1', port: proxy.port });
    client.on('error', () => {});
    await once(client, 'connect');
    // Its other half exists once the proxy has accepted it.
    while (proxy.openSockets < 2) {
      await delay(5);
    }
    return client;
  }
});
