import type { IncomingHttpHeaders } from 'node:http';
import { buildConnector, type Dispatcher } from 'undici';
import type { DialPolicy } from '../address/AddressPolicy';
import { dial } from '../address/dial';
import type { CloudEventRequest } from './CloudEventRequest';
import { Connections } from './Connections';
import type { EndpointResponse } from './outcome';

const CONNECT_TIMEOUT_MS = 10_000;
/** As much of an answer as is looked at; what is longer is cut off. */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

export type DispatchResult =
  { response: EndpointResponse } | { error: Error & { code?: unknown } };

/** As much of it is kept where somebody looks at the beginning only. */
export const MAX_EXCERPT_BYTES = 512;

const NO_BODY = Buffer.alloc(0);

export interface DispatchOptions {
  endpoint: EndpointAddress;
  request: CloudEventRequest;
  /** Milliseconds from now until the end of the answer; what is known of it then counts. */
  timeoutMs: number;
  /** Whether anybody looks at the whole body of the answer. */
  keepBody: boolean;
  /** Of which answers at least the beginning is kept; absent: of none. */
  excerpt?: 'all' | 'failures';
}

/** Where requests go; see {@link addressOf}. */
export interface EndpointAddress {
  origin: string;
  /** With the query. */
  path: string;
}

/** What a dispatcher needs of a URL, taken apart once. */
export function addressOf(url: URL): EndpointAddress {
  return { origin: url.origin, path: url.pathname + url.search };
}

/** The answer did not come in time. */
export class RequestTimeoutError extends Error {
  readonly name = 'RequestTimeoutError' as const;
}

/** The request was given up from our side. */
export class RequestAbortedError extends Error {
  readonly name = 'RequestAbortedError' as const;
}

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #settle: ((result: DispatchResult) => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #keepBody: boolean;
  readonly #excerpt: DispatchOptions['excerpt'];
  /** Bytes that may still be kept. */
  #room = 0;
  #status = 0;
  #retryAfter: string | undefined;
  #contentType: string | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    { timeoutMs, keepBody, excerpt }: DispatchOptions,
    settle: (result: DispatchResult) => void,
  ) {
    this.#settle = settle;
    this.#keepBody = keepBody;
    this.#excerpt = excerpt;
    this.#timer = setTimeout(() => {
      const reason = new RequestTimeoutError(
        `no answer within ${timeoutMs} ms`,
      );
      this.#cut(reason, this.#isAnswered);
    }, timeoutMs);
  }

  /** Only what was taken counts: after any other answer there would be more to do. */
  giveUp(reason: Error) {
    this.#cut(reason, this.#isAnswered && this.#status < 300);
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
    if (!this.#settle) {
      // Given up while it waited for a connection: nothing was sent.
      controller.abort(new RequestAbortedError('given up before it began'));
    }
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ) {
    if (status >= 200) {
      this.#status = status;
      // What Node's types say is not so: a header that is repeated is a list.
      [this.#retryAfter] = [headers['retry-after']].flat();
      const isShown =
        this.#excerpt === 'all' || (this.#excerpt && status >= 300);
      this.#room = isShown ? MAX_EXCERPT_BYTES : 0;
      if (this.#keepBody) {
        this.#contentType = [headers['content-type']].flat()[0];
      }
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer) {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_RESPONSE_BYTES) {
      this.#answer(true);
      controller.abort(new RequestAbortedError('the answer is too long'));
    } else if (this.#keepBody) {
      this.#chunks.push(chunk);
    } else if (this.#room > 0) {
      // A copy: the chunk is a part of all that the socket has read.
      this.#chunks.push(Buffer.from(chunk.subarray(0, this.#room)));
      this.#room = Math.max(0, this.#room - chunk.length);
    }
  }

  onResponseEnd() {
    this.#answer(false);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error) {
    if (this.#isAnswered) {
      this.#answer(true);
    } else {
      this.#end({ error });
    }
  }

  /** Whether the status is the answer, so that it does not matter how the body ends. */
  get #isAnswered() {
    // A failure is one whatever its body says.
    return this.#status >= 300 || (this.#status > 0 && !this.#keepBody);
  }

  #cut(reason: Error, isAnswered: boolean) {
    if (isAnswered) {
      this.#answer(true);
    } else {
      this.#end({ error: reason });
    }
    this.#controller?.abort(reason);
  }

  #answer(truncated: boolean) {
    const body =
      this.#chunks.length > 0 ? Buffer.concat(this.#chunks) : NO_BODY;
    const status = this.#status;
    const retryAfter = this.#retryAfter;
    const size = this.#bytes;
    const contentType = this.#contentType;
    this.#end({
      response: { status, retryAfter, contentType, body, size, truncated },
    });
  }

  #end(result: DispatchResult) {
    const settle = this.#settle;
    this.#settle = undefined;
    clearTimeout(this.#timer);
    try {
      settle?.(result);
    } catch (error) {
      // undici would only drop the connection, and the record wait for ever.
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

/**
 * Sends requests to where the policy allows, on connections that are kept.
 * Follows no redirects and knows no proxy.
 */
export class HttpDispatcher {
  readonly #connect: buildConnector.connector;
  #connections: Connections | undefined;
  /** To addresses of before, as long as requests are under way there. */
  readonly #leaving = new Set<Connections>();

  constructor(policy: DialPolicy) {
    this.#connect = createConnector(policy);
  }

  /**
   * Sends a request and calls back exactly once, possibly before it returns.
   *
   * @returns a function that gives the request up; it then calls back at once,
   * with the answer if that has begun and says that the record was taken.
   */
  send(
    options: DispatchOptions,
    settle: (result: DispatchResult) => void,
  ): (reason: Error) => void {
    const { endpoint, request } = options;
    const connections = this.#connectionsTo(endpoint.origin);
    const client = connections.take();
    const exchange = new Exchange(options, result => {
      if ('response' in result && !result.response.truncated) {
        connections.giveBack(client);
      } else {
        connections.discard(client);
      }
      settle(result);
    });
    client.dispatch(
      {
        path: endpoint.path,
        method: 'POST',
        headers: request.headers,
        body: request.body,
      },
      exchange,
    );
    return reason => exchange.giveUp(reason);
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    const all = [
      ...this.#leaving,
      ...(this.#connections ? [this.#connections] : []),
    ];
    await Promise.all(all.map(connections => connections.destroy()));
  }

  #connectionsTo(origin: string): Connections {
    if (this.#connections?.origin === origin) {
      return this.#connections;
    }
    if (this.#connections) {
      this.#leave(this.#connections);
    }
    this.#connections = new Connections(origin, this.#connect);
    return this.#connections;
  }

  #leave(connections: Connections) {
    this.#leaving.add(connections);
    connections.close().finally(() => this.#leaving.delete(connections));
  }
}

function createConnector(policy: DialPolicy): buildConnector.connector {
  return ({ hostname, protocol, port }, callback) => {
    const isSecure = protocol === 'https:';
    let done: buildConnector.Callback | undefined = callback;
    const fail = (error: Error) => {
      done?.(error, null);
      done = undefined;
    };
    let socket: ReturnType<typeof dial>;
    try {
      socket = dial({
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(port) || (isSecure ? 443 : 80),
        policy,
        tls: isSecure ? { ALPNProtocols: ['http/1.1'] } : undefined,
      });
    } catch (error) {
      fail(error as Error);
      return;
    }
    const timer = setTimeout(() => {
      socket.destroy(
        Object.assign(new Error('No connection in time'), {
          code: 'UND_ERR_CONNECT_TIMEOUT',
        }),
      );
    }, CONNECT_TIMEOUT_MS);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      done?.(null, socket);
      done = undefined;
    });
    socket.on('error', error => {
      clearTimeout(timer);
      fail(error);
    });
  };
}
