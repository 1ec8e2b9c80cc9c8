import { startRecordingEndpoint, type RecordingEndpoint } from '.';

describe('RecordingEndpoint', () => {
  let endpoint: RecordingEndpoint;

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
  });

  afterEach(() => endpoint.close());

  const post = (path: string, body: string | Buffer) =>
    fetch(endpoint.url + path, { method: 'POST', body, keepalive: false });

  it('keeps what it received, byte for byte, and what it answered', async () => {
    const body = Buffer.from([0, 255, 10, 13]);
    endpoint.respond = () => ({
      status: 202,
      headers: { 'x-answer': 'yes' },
      body: 'taken',
    });

    const response = await post('/a?b=c', body);

    expect(response.headers.get('x-answer')).toBe('yes');
    expect(await response.text()).toBe('taken');
    const [request] = await endpoint.waitFor(1);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/a?b=c',
      headers: { 'content-length': '4' },
      answeredStatus: 202,
    });
    expect(request.body.equals(body)).toBe(true);
    expect(Math.abs(request.receivedAt - Date.now())).toBeLessThan(10_000);
  });

  it('answers as it is told at that moment, also late', async () => {
    endpoint.respond = () => ({ status: 503, delayMs: 50 });
    const before = performance.now();
    expect((await post('/', '')).status).toBe(503);
    expect(performance.now() - before).toBeGreaterThanOrEqual(45);

    endpoint.respond = ({ path }) => ({ status: path === '/x' ? 404 : 200 });
    expect((await post('/x', '')).status).toBe(404);
    expect((await post('/y', '')).status).toBe(200);
  });

  it('cuts the connection when told to reset', async () => {
    endpoint.respond = () => 'reset';
    await expect(post('/', 'x')).rejects.toThrow('fetch failed');
    const [request] = await endpoint.waitFor(1);
    expect(request.answeredStatus).toBeUndefined();
  });

  it('hangs when told to, and close cuts what hangs', async () => {
    endpoint.respond = () => 'hang';
    const hanging = post('/', 'x').catch(error => error.message);
    await endpoint.waitFor(1);
    expect(endpoint.openSockets()).toBe(1);

    await endpoint.close();
    expect(await hanging).toBe('fetch failed');
    expect(endpoint.openSockets()).toBe(0);

    endpoint = await startRecordingEndpoint();
  });

  it('waits for a predicate, forgets on clear, and says what it waited for in vain', async () => {
    const answered = endpoint.waitFor(requests =>
      requests.some(request => request.answeredStatus === 200),
    );
    await post('/', '1');
    expect(await answered).toHaveLength(1);

    endpoint.clear();
    expect(endpoint.requests).toEqual([]);
    await expect(endpoint.waitFor(2, 20)).rejects.toThrow(
      'Waited 20 ms in vain for 2 requests; 0 have come',
    );
  });

  it('keeps up with ten thousand requests', async () => {
    const { url } = endpoint;
    const client = async () => {
      for (let sent = 0; sent < 100; sent++) {
        const response = await fetch(url, { method: 'POST', body: '{}' });
        await response.arrayBuffer();
      }
    };
    const all = endpoint.waitFor(10_000, 60_000);
    await Promise.all(Array.from({ length: 100 }, client));
    expect(await all).toHaveLength(10_000);
  }, 60_000);
});
