import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brokerConnectionReasonOf } from '../errors';
import { EventFlowsClient } from './EventFlowsClient';

/** A real HTTP server that answers all requests alike and remembers them. */
function serve(status: number, body?: unknown) {
  const requests: Array<{ method?: string; url?: string; body: string }> = [];
  const server: Server = createServer(async (request, response) => {
    requests.push({
      method: request.method,
      url: request.url,
      body: await textOf(request),
    });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { server, requests };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  return text;
}

describe('EventFlowsClient', () => {
  let server: Server | undefined;

  afterEach(async () => {
    await new Promise(resolve => server?.close(resolve));
  });

  async function clientOf(running: Server) {
    server = running;
    await new Promise<void>(resolve => {
      running.listen(0, '127.0.0.1', resolve);
    });
    const { port } = running.address() as AddressInfo;
    return new EventFlowsClient({
      discoveryApi: {
        getBaseUrl: async id => `http://127.0.0.1:${port}/api/${id}`,
      },
      fetchApi: { fetch },
    });
  }

  it('keeps names with slashes and dots inside their segment', async () => {
    const { server: running, requests } = serve(200, { items: [] });
    const client = await clientOf(running);
    await client.getTopic('a/../b', 'orders?x');
    await client.getAlgorithmQueues('component:default/sentiment');
    expect(requests.map(request => request.url)).toEqual([
      '/api/event-flows/connections/a%2F..%2Fb/topics/orders%3Fx',
      '/api/event-flows/algorithms/component/default/sentiment/queues',
    ]);
  });

  it('sends what it is given as JSON', async () => {
    const { server: running, requests } = serve(200, { id: 'q' });
    const client = await clientOf(running);
    await client.updateQueue('q', { state: 'disabled', revision: 4 });
    expect(requests).toEqual([
      {
        method: 'PUT',
        url: '/api/event-flows/queues/q',
        body: '{"state":"disabled","revision":4}',
      },
    ]);
  });

  it('needs no body where there is none', async () => {
    const { server: running } = serve(204);
    const client = await clientOf(running);
    await expect(client.deleteConnection('c')).resolves.toBeUndefined();
  });

  it('throws refusals with the reason inside', async () => {
    const { server: running } = serve(400, {
      error: {
        name: 'BrokerConnectionError',
        message: 'The cluster did not accept the password',
        reason: 'authentication',
      },
      request: { method: 'POST', url: '/connections' },
      response: { statusCode: 400 },
    });
    const client = await clientOf(running);
    const error = await client
      .createConnection({ name: 'a', type: 'kafka', brokers: ['a:1'] })
      .catch(e => e);
    expect(error).toMatchObject({ name: 'ResponseError', statusCode: 400 });
    expect(brokerConnectionReasonOf(error)).toBe('authentication');
    expect(brokerConnectionReasonOf(new Error('other'))).toBeUndefined();
  });
});
