import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startRecordingEndpoint,
  waitUntil,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { runFixture } from '../address/__testUtils__/runFixture';
import { selfSigned } from '../address/__testUtils__/selfSigned';
import { AddressPolicy } from '../address/AddressPolicy';
import {
  addressOf,
  HttpDispatcher,
  MAX_RESPONSE_BYTES,
  type DispatchOptions,
  type DispatchResult,
} from './HttpDispatcher';
import { outcomeOfError } from './outcome';

describe('HttpDispatcher', () => {
  let endpoint: RecordingEndpoint;
  let dispatcher: HttpDispatcher;

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
    dispatcher = dispatcherAllowing(endpoint.url);
  });

  afterEach(async () => {
    await dispatcher.close();
    await endpoint.close();
  });

  function dispatcherAllowing(...allow: string[]) {
    const policy = new AddressPolicy({
      brokers: { allow: [] },
      endpoints: { allow },
    });
    return new HttpDispatcher(policy.endpoints);
  }

  function requestTo(url: string): DispatchOptions {
    return {
      endpoint: addressOf(new URL(url)),
      request: {
        headers: ['content-type', 'text/plain', 'ce-id', 'x'],
        body: Buffer.from('hello'),
      },
      timeoutMs: 5_000,
      keepBody: true,
    };
  }

  function send(
    changes: { url?: string } & Partial<Omit<DispatchOptions, 'request'>> = {},
  ) {
    const { url = endpoint.url, ...options } = changes;
    const settled = jest.fn();
    let giveUp: (reason: Error) => void = () => {};
    const result = new Promise<DispatchResult>(resolve => {
      giveUp = dispatcher.send({ ...requestTo(url), ...options }, answer => {
        settled(answer);
        resolve(answer);
      });
    });
    return { result, settled, giveUp: (reason: Error) => giveUp(reason) };
  }

  it('posts the body and brings the answer', async () => {
    endpoint.respond = () => ({
      status: 503,
      headers: { 'retry-after': '7' },
      body: 'busy',
    });
    const { result } = send({ url: `${endpoint.url}/a/b?c=d` });
    expect(await result).toEqual({
      response: {
        status: 503,
        retryAfter: '7',
        body: Buffer.from('busy'),
        size: 4,
        truncated: false,
      },
    });
    const [request] = endpoint.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/a/b?c=d' });
    expect(request.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '5',
      'ce-id': 'x',
    });
    expect(String(request.body)).toBe('hello');
  });

  it('sends no header of its own but what HTTP needs', async () => {
    await send().result;
    const names = endpoint.requests[0].rawHeaders.filter(
      (_, index) => index % 2 === 0,
    );
    expect(names.sort()).toEqual([
      ...['ce-id', 'connection', 'content-length', 'content-type', 'host'],
    ]);
  });

  it('keeps its connections, as many as there are requests at once', async () => {
    for (let count = 0; count < 5; count += 1) {
      await send().result;
    }
    expect(endpoint.openSockets()).toBe(1);
    for (let count = 0; count < 5; count += 1) {
      await Promise.all([send(), send(), send()].map(({ result }) => result));
    }
    expect(endpoint.openSockets()).toBe(3);
  });

  it('leaves the address of before when nothing is under way there', async () => {
    const other = await startRecordingEndpoint();
    const both = dispatcherAllowing(endpoint.url, other.url);
    endpoint.respond = () => ({ status: 200, delayMs: 100 });
    const under = new Promise<DispatchResult>(resolve => {
      both.send(requestTo(endpoint.url), resolve);
    });
    await new Promise<DispatchResult>(resolve => {
      both.send(requestTo(other.url), resolve);
    });
    expect(await under).toMatchObject({ response: { status: 200 } });
    await waitUntil(() => endpoint.openSockets() === 0, {
      timeoutMs: 2_000,
      what: 'the end of the connection of before',
    });
    expect(other.openSockets()).toBe(1);
    await both.close();
    await other.close();
  });

  it('follows no redirect', async () => {
    const location = `${endpoint.url}/elsewhere`;
    endpoint.respond = () => ({ status: 302, headers: { location } });
    expect(await send().result).toMatchObject({ response: { status: 302 } });
    expect(endpoint.requests).toHaveLength(1);
  });

  it('does not wait longer than it should', async () => {
    endpoint.respond = () => 'hang';
    const first = send({ timeoutMs: 100 });
    const second = send({ timeoutMs: 50 });
    for (const { result } of [second, first]) {
      expect(await result).toMatchObject({
        error: { name: 'RequestTimeoutError' },
      });
    }
    await waitUntil(() => endpoint.openSockets() === 0, {
      timeoutMs: 2_000,
      what: 'the connections to be cut',
    });
    endpoint.respond = () => ({ status: 200 });
    expect(await send().result).toMatchObject({ response: { status: 200 } });
    expect(endpoint.requests).toHaveLength(3);
  });

  it('can be given up, and calls back once', async () => {
    endpoint.respond = () => 'hang';
    const { result, settled, giveUp } = send();
    await endpoint.waitFor(1);
    const reason = new Error('enough');
    giveUp(reason);
    giveUp(new Error('again'));
    expect(await result).toEqual({ error: reason });
    await waitUntil(() => endpoint.openSockets() === 0, {
      timeoutMs: 2_000,
      what: 'the connection to be cut',
    });
    expect(settled).toHaveBeenCalledTimes(1);
  });

  describe('when the body of an answer does not end', () => {
    let url: string;
    let status: number;
    const openSockets = new Set<object>();
    const server = createHttpServer((_, response) => {
      response.writeHead(status);
      response.write('so far');
    });

    beforeAll(async () => {
      server.on('connection', socket => {
        openSockets.add(socket);
        socket.once('close', () => openSockets.delete(socket));
      });
      await new Promise<void>(resolve => {
        server.listen(0, '127.0.0.1', resolve);
      });
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterAll(() => server.close());

    beforeEach(async () => {
      await dispatcher.close();
      dispatcher = dispatcherAllowing(url);
    });

    async function isCut() {
      await waitUntil(() => openSockets.size === 0, {
        timeoutMs: 2_000,
        what: 'the connection to be cut',
      });
    }

    it.each([
      [200, false],
      [422, false],
      [422, true],
      [503, false],
    ])(
      'takes %s for the answer in the end, where that says it all (whole body wanted: %s)',
      async (answered, keepBody) => {
        status = answered;
        const { result, settled } = send({ url, keepBody, timeoutMs: 200 });
        expect(await result).toMatchObject({
          response: { status: answered, truncated: true, size: 6 },
        });
        await isCut();
        expect(settled).toHaveBeenCalledTimes(1);
      },
    );

    it('knows no answer where somebody needs the body of it', async () => {
      status = 200;
      const { result } = send({ url, timeoutMs: 200 });
      expect(await result).toMatchObject({
        error: { name: 'RequestTimeoutError' },
      });
      await isCut();
    });

    it.each([
      [200, { response: { status: 200, truncated: true } }],
      [422, { error: { message: 'enough' } }],
      [503, { error: { message: 'enough' } }],
    ])('given up after %s, repeats nothing that was taken', async (...of) => {
      const [answered, expected] = of;
      status = answered;
      const { result, settled, giveUp } = send({ url, keepBody: false });
      await waitUntil(() => openSockets.size === 1, {
        timeoutMs: 2_000,
        what: 'the request',
      });
      await new Promise(resolve => setTimeout(resolve, 200));
      giveUp(new Error('enough'));
      expect(await result).toMatchObject(expected);
      await isCut();
      expect(settled).toHaveBeenCalledTimes(1);
    });
  });

  it('takes the first of several Retry-After headers', async () => {
    endpoint.respond = () => ({
      status: 503,
      headers: { 'retry-after': ['7', '9'] },
    });
    expect(await send().result).toMatchObject({
      response: { status: 503, retryAfter: '7' },
    });
  });

  it('ends the thread, and not only the request, when what receives the answer fails', async () => {
    await expect(
      runFixture('brokenReceiver', endpoint.url),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the receiver is broken'),
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  it('reads an answer up to a limit', async () => {
    const body = Buffer.alloc(MAX_RESPONSE_BYTES * 2, 'a');
    endpoint.respond = () => ({ status: 200, body });
    expect(await send().result).toMatchObject({
      response: { status: 200, truncated: true },
    });
    expect(await send({ keepBody: false }).result).toMatchObject({
      response: { status: 200, body: Buffer.alloc(0) },
    });
  });

  it('keeps the beginning of an answer where somebody looks at that', async () => {
    const body = `${'a'.repeat(500)}${'b'.repeat(500)}`;
    const kept = async (
      status: number,
      options: Pick<DispatchOptions, 'excerpt' | 'keepBody'>,
    ) => {
      endpoint.respond = () => ({ status, body });
      const result = await send(options).result;
      if ('error' in result) {
        throw result.error;
      }
      expect(result.response).toMatchObject({ size: 1_000, truncated: false });
      return result.response.body.toString();
    };
    const start = body.slice(0, 512);
    expect(await kept(200, { keepBody: false, excerpt: 'all' })).toBe(start);
    expect(await kept(200, { keepBody: false, excerpt: 'failures' })).toBe('');
    expect(await kept(422, { keepBody: false, excerpt: 'failures' })).toBe(
      start,
    );
    expect(await kept(422, { keepBody: false })).toBe('');
    expect(await kept(200, { keepBody: true, excerpt: 'all' })).toBe(body);
  });

  it('says when the connection broke', async () => {
    endpoint.respond = () => 'reset';
    expect(await send().result).toMatchObject({
      error: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) },
    });
  });

  it('takes no certificate of an authority that it does not know', async () => {
    const server = createServer(await selfSigned(), (_, response) => {
      response.end();
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/`;
    const strict = dispatcherAllowing(url);
    const result = await new Promise<DispatchResult>(resolve => {
      strict.send(requestTo(url), resolve);
    });
    const error = 'error' in result ? result.error : new Error('answered');
    const context = { host: `127.0.0.1:${port}`, nowMs: 0 };
    expect(outcomeOfError(error, context)).toEqual({
      kind: 'misconfigured',
      reason: expect.stringMatching(
        /^The certificate of 127\.0\.0\.1:\d+ was not accepted/,
      ),
    });
    await strict.close();
    server.close();
  });

  it.each([
    ['has expired', { expired: true }, /^certificate has expired/],
    ['is for another host', { address: '127.0.0.9' }, /not match .* altnames/],
    ['is as it should be', {}, /^200$/],
  ])(
    'looks whether a certificate of a known authority %s',
    async (_, how, answer) => {
      const pair = await selfSigned(how);
      const folder = await mkdtemp(join(tmpdir(), 'event-flows-'));
      const authority = join(folder, 'ca.pem');
      await writeFile(authority, pair.cert);
      const requests = jest.fn((_request, response) => response.end());
      const server = createServer(pair, requests);
      await new Promise<void>(resolve => {
        server.listen(0, '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      expect(
        await runFixture('dispatchOnce', `https://127.0.0.1:${port}/`, {
          NODE_EXTRA_CA_CERTS: authority,
        }),
      ).toMatch(answer);
      expect(requests).toHaveBeenCalledTimes(answer.test('200') ? 1 : 0);
      server.close();
      await rm(folder, { recursive: true });
    },
  );

  it.each([
    ['another port', 'http://127.0.0.1:1/'],
    ['a name for the same host', 'http://localhost:PORT/'],
    ['another writing of loopback', 'http://[::ffff:127.0.0.1]:1/'],
    ['cloud metadata', 'http://169.254.169.254/'],
  ])('does not dial %s', async (_, url) => {
    const target = url.replace('PORT', String(endpoint.port));
    expect(await send({ url: target }).result).toMatchObject({
      error: {
        name: 'AddressNotAllowedError',
        message: expect.stringContaining('eventFlows.endpoints.allow'),
      },
    });
    expect(endpoint.openSockets()).toBe(0);
  });
});
