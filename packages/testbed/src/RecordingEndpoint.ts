import { EventEmitter, once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One request that reached the endpoint, its body read to the end. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** When the body was complete, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The status of the answer; missing while there is none, and for ever after "hang" and "reset". */
  answeredStatus?: number;
}

/** An answer; "hang" never answers, "reset" cuts the connection. */
export type EndpointAnswer =
  | {
      status: number;
      headers?: Record<string, string | string[]>;
      body?: string | Buffer;
      /** Milliseconds to wait before answering. */
      delayMs?: number;
    }
  | 'hang'
  | 'reset';

export type Responder = (
  request: RecordedRequest,
) => EndpointAnswer | Promise<EndpointAnswer>;

/** An HTTP server on 127.0.0.1 that remembers every request and answers as it is told. */
export interface RecordingEndpoint {
  /** Without a trailing slash, for example "http://127.0.0.1:40123". */
  readonly url: string;
  readonly port: number;
  /** All requests since the start or the last `clear`, in the order in which they were complete. */
  readonly requests: readonly RecordedRequest[];
  /** Decides each answer; may be replaced at any time. At first it answers 200 without a body. */
  respond: Responder;
  /**
   * Resolves when so many requests have come, or when the predicate holds.
   * It is looked at whenever a request has come or has been answered.
   */
  waitFor(
    condition: number | ((requests: readonly RecordedRequest[]) => boolean),
    timeoutMs?: number,
  ): Promise<readonly RecordedRequest[]>;
  /** Forgets the requests. */
  clear(): void;
  /** Connections that are open now. */
  openSockets(): number;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

/** Some request has come or has been answered. */
const CHANGED = 'changed';

class HttpRecordingEndpoint implements RecordingEndpoint {
  requests: RecordedRequest[] = [];
  respond: Responder = () => ({ status: 200 });

  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #changes = new EventEmitter();
  #changeIsAnnounced = false;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(error => response.destroy(error));
    });
    // A client's pooled connection must not be cut between two tests' requests.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get port() {
    return (this.#server.address() as AddressInfo).port;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port: number) {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async waitFor(
    condition: number | ((requests: readonly RecordedRequest[]) => boolean),
    timeoutMs = 10_000,
  ): Promise<readonly RecordedRequest[]> {
    const holds = () =>
      typeof condition === 'number'
        ? this.requests.length >= condition
        : condition(this.requests);
    const signal = AbortSignal.timeout(timeoutMs);
    while (!holds()) {
      try {
        await once(this.#changes, CHANGED, { signal });
      } catch (cause) {
        const wanted =
          typeof condition === 'number' ? `${condition} requests` : 'a request';
        throw new Error(
          `Waited ${timeoutMs} ms in vain for ${wanted}; ${this.requests.length} have come`,
          { cause },
        );
      }
    }
    return this.requests;
  }

  clear() {
    this.requests = [];
  }

  openSockets() {
    return this.#sockets.size;
  }

  async close() {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  async #handle(message: IncomingMessage, response: ServerResponse) {
    const request: RecordedRequest = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      rawHeaders: message.rawHeaders,
      body: await readAll(message),
      receivedAt: Date.now(),
    };
    this.requests.push(request);
    this.#announceChange();

    const answer = await this.respond(request);
    if (answer === 'hang') {
      return;
    }
    if (answer === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    if (answer.delayMs) {
      await delay(answer.delayMs);
    }
    request.answeredStatus = answer.status;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
    this.#announceChange();
  }

  /** Once for all requests of a turn, so that a wait for 10,000 of them stays cheap. */
  #announceChange() {
    if (this.#changeIsAnnounced) {
      return;
    }
    this.#changeIsAnnounced = true;
    setImmediate(() => {
      this.#changeIsAnnounced = false;
      this.#changes.emit(CHANGED);
    });
  }
}

/** Starts a {@link RecordingEndpoint}, on a free port unless one is given. */
export async function startRecordingEndpoint(
  options: { port?: number } = {},
): Promise<RecordingEndpoint> {
  const endpoint = new HttpRecordingEndpoint();
  await endpoint.listen(options.port ?? 0);
  return endpoint;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
