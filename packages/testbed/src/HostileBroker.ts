import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What a {@link HostileBroker} does to whoever connects. */
export type Hostility =
  /** Names one broker, leader of everything and coordinator of every group, and that one is elsewhere. */
  | { kind: 'advertises'; host: string; port: number }
  /** Shows so many topics. */
  | { kind: 'lists-topics'; count: number }
  /** Sends these bytes as soon as somebody has connected. */
  | { kind: 'greets-with'; bytes: Buffer }
  /** The same, and then data without an end. */
  | { kind: 'floods'; bytes: Buffer }
  /** Answers each request with these bytes, correctly framed. */
  | { kind: 'answers-with'; bytes: Buffer }
  /** Ends the connection in the middle of each answer. */
  | { kind: 'closes-half-way' }
  /** Takes connections and requests, and says nothing. */
  | { kind: 'silent' };

const API = {
  metadata: 3,
  findCoordinator: 10,
  saslHandshake: 17,
  apiVersions: 18,
  saslAuthenticate: 36,
} as const;
/** Versions without compact fields, which both of our client libraries speak. */
const VERSIONS: ReadonlyArray<
  readonly [key: number, min: number, max: number]
> = [
  [0, 3, 7],
  [1, 4, 10],
  [2, 1, 3],
  [API.metadata, 5, 6],
  [8, 2, 5],
  [9, 1, 5],
  [API.findCoordinator, 1, 2],
  [11, 0, 4],
  [12, 0, 3],
  [13, 0, 1],
  [14, 0, 3],
  [15, 0, 2],
  [API.saslHandshake, 1, 1],
  [API.apiVersions, 0, 2],
  [22, 0, 1],
  [API.saslAuthenticate, 0, 0],
];
const UNSUPPORTED_VERSION = 35;
const NODE_ID = 1;
const FLOOD_PIECE = Buffer.alloc(1024 * 1024, 0x61);

/**
 * A server on 127.0.0.1 that speaks just enough of Kafka's protocol to be
 * believed, and then does what a broker in the wrong hands could do.
 */
export class HostileBroker {
  /** Starts one on a free port. */
  static async start(hostility: Hostility): Promise<HostileBroker> {
    const broker = new HostileBroker(hostility);
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  readonly #server = createServer(socket => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(private readonly hostility: Hostility) {}

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As it is entered in a form. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections that have been taken since the start. */
  get connections(): number {
    return this.#connections;
  }

  /** Cuts all connections and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  #accept(socket: Socket) {
    this.#connections += 1;
    this.#sockets.add(socket);
    // Whoever is attacked may cut the connection at any time.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    if ('bytes' in this.hostility && this.hostility.kind !== 'answers-with') {
      socket.write(this.hostility.bytes);
    }
    if (this.hostility.kind === 'floods') {
      flood(socket);
    }
    this.#answerRequests(socket).catch(() => socket.destroy());
  }

  async #answerRequests(socket: Socket): Promise<void> {
    let pending = Buffer.alloc(0);
    for await (const piece of socket) {
      pending = Buffer.concat([pending, piece]);
      while (pending.length >= 4) {
        const end = 4 + pending.readInt32BE(0);
        if (pending.length < end) {
          break;
        }
        this.#answer(socket, pending.subarray(4, end));
        pending = pending.subarray(end);
      }
    }
  }

  #answer(socket: Socket, request: Buffer) {
    const body = this.#bodyOf(request.readInt16BE(0), request.readInt16BE(2));
    if (body === undefined) {
      return;
    }
    const correlationId = request.subarray(4, 8);
    const answer = Buffer.concat([int32(4 + body.length), correlationId, body]);
    if (this.hostility.kind === 'closes-half-way') {
      socket.end(answer.subarray(0, Math.ceil(answer.length / 2)));
    } else {
      socket.write(answer);
    }
  }

  /** Undefined: no answer at all. */
  #bodyOf(apiKey: number, version: number): Buffer | undefined {
    switch (this.hostility.kind) {
      case 'silent':
      case 'greets-with':
      case 'floods':
        return undefined;
      case 'answers-with':
        return this.hostility.bytes;
      default:
    }
    switch (apiKey) {
      case API.apiVersions:
        return apiVersions(version);
      case API.metadata:
        return this.#metadata();
      case API.findCoordinator:
        return this.#coordinator();
      case API.saslHandshake:
        return Buffer.concat([int16(0), int32(1), text('PLAIN')]);
      // Whatever the password is.
      case API.saslAuthenticate:
        return Buffer.concat([int16(0), int16(-1), int32(0)]);
      default:
        return undefined;
    }
  }

  /** Where the one broker is, as this one says. */
  get #advertised(): { host: string; port: number } {
    return this.hostility.kind === 'advertises'
      ? this.hostility
      : { host: '127.0.0.1', port: this.port };
  }

  #metadata(): Buffer {
    const { host, port } = this.#advertised;
    const count =
      this.hostility.kind === 'lists-topics' ? this.hostility.count : 1;
    return Buffer.concat([
      int32(0),
      ...[int32(1), int32(NODE_ID), text(host), int32(port), int16(-1)],
      text('hostile'),
      int32(NODE_ID),
      topics(count),
    ]);
  }

  #coordinator(): Buffer {
    const { host, port } = this.#advertised;
    return Buffer.concat([
      ...[int32(0), int16(0), int16(-1)],
      ...[int32(NODE_ID), text(host), int32(port)],
    ]);
  }
}

/** The first topic is `orders`; each has one partition. */
function topics(count: number): Buffer {
  const nodes = Buffer.concat([int32(1), int32(NODE_ID)]);
  const rest = Buffer.concat([
    ...[Buffer.from([0]), int32(1)],
    ...[int16(0), int32(0), int32(NODE_ID), nodes, nodes, int32(0)],
  ]);
  // As text of one byte for each character: a buffer for each of its parts
  // would take more memory than whoever reads it.
  const parts = Array.from({ length: count }, (_, index) => {
    const name = index === 0 ? 'orders' : `topic-${index}`;
    return `\0\0\0${String.fromCharCode(name.length)}${name}${rest.toString('latin1')}`;
  });
  return Buffer.concat([int32(count), Buffer.from(parts.join(''), 'latin1')]);
}

function apiVersions(version: number): Buffer {
  const isKnown = version <= 2;
  const list = VERSIONS.map(entry => Buffer.concat(entry.map(int16)));
  return Buffer.concat([
    int16(isKnown ? 0 : UNSUPPORTED_VERSION),
    int32(list.length),
    ...list,
    ...(version === 0 || !isKnown ? [] : [int32(0)]),
  ]);
}

/** As fast as it is taken, or as the machine can. */
function flood(socket: Socket) {
  while (!socket.destroyed && socket.write(FLOOD_PIECE)) {
    // Until nothing more fits.
  }
  socket.once('drain', () => flood(socket));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
