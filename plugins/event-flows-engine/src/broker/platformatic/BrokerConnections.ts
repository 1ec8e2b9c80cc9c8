import type { Broker, Connection } from '@platformatic/kafka';
import type { DialPolicy } from '../../address/AddressPolicy';
import { checkPeerOnConnect, verifiedTls } from '../../address/dial';
import { resolveAllowed, writtenAddress } from '../../address/resolveAllowed';
import type { BrokerAccess } from '../../types';
import { dialUseOf } from '../dialUse';
import { guardAnswers } from '../guardAnswers';
import type { Library } from './library';

export const CLIENT_ID = 'event-flows';

const CONNECTION_TIMEOUT_MS = 8_000;

const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

/**
 * A broker answers the requests of a connection one after the other, so what
 * waits at the broker has one of its own: reading for records, and joining for
 * the other members (a member that joins can leave by `leave` only).
 */
export type Lane = 'group' | 'fetch' | 'leave' | 'produce';

/**
 * Owns every connection of one client, and dials where the policy allows: a
 * host is resolved once, and the library gets an address that was checked.
 */
export class BrokerConnections {
  readonly #byBroker = new Map<string, Promise<Connection>>();
  readonly #open = new Set<Connection>();
  #isClosed = false;
  #failure: Error | undefined;

  constructor(
    private readonly library: Library,
    private readonly policy: DialPolicy,
    private readonly access: BrokerAccess,
    private readonly requestTimeoutMs: number,
  ) {}

  /** What a connection failed with last. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** What went wrong is over: the connection works. */
  forgetFailure(): void {
    this.#failure = undefined;
  }

  /**
   * A connection that stands.
   *
   * @throws AddressNotAllowedError, or what the library failed with.
   */
  async get(broker: Broker, lane: Lane): Promise<Connection> {
    const key = `${lane} ${broker.host}:${broker.port}`;
    const known = this.#byBroker.get(key);
    if (known) {
      return known;
    }
    const connection = this.#dial(broker);
    this.#byBroker.set(key, connection);
    const forget = () => {
      if (this.#byBroker.get(key) === connection) {
        this.#byBroker.delete(key);
      }
    };
    try {
      const opened = await connection;
      opened.on('error', forget);
      opened.on('close', forget);
    } catch (error) {
      forget();
      this.#failure = error as Error;
    }
    return connection;
  }

  /** Ends every connection at once; no further one can be opened. */
  destroy(reason: Error): void {
    this.#isClosed = true;
    this.#open.forEach(({ socket }) => socket.destroy(reason));
  }

  async #dial({ host, port }: Broker): Promise<Connection> {
    const { policy, access } = this;
    const allowed = await resolveAllowed(host, port, policy, dialUseOf(access));
    let failure: unknown;
    for (const { address } of allowed) {
      try {
        return await this.#connect(host, port, address);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #connect(host: string, port: number, address: string) {
    if (this.#isClosed) {
      throw new Error('The client was closed');
    }
    const { tls, sasl } = this.access;
    const connection = new this.library.Connection(CLIENT_ID, {
      connectTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: this.requestTimeoutMs,
      tls: tls && verifiedTls(tls),
      // The certificate has to be that of the host that was asked for.
      tlsServerName: writtenAddress(host) === undefined ? host : undefined,
      sasl: sasl && { ...sasl, mechanism: MECHANISMS[sasl.mechanism] },
    });
    connection.on('error', error => {
      this.#failure = error;
    });
    connection.on('close', () => this.#open.delete(connection));
    this.#open.add(connection);
    readContiguously(connection, this.library);
    try {
      const connected = connection.connect(address, port);
      const { socket } = connection;
      checkPeerOnConnect(socket, host, port, this.policy);
      guardAnswers(socket);
      await connected;
      socket.setKeepAlive(true, 60_000);
    } catch (error) {
      connection.socket.destroy();
      this.#open.delete(connection);
      throw error;
    }
    return connection;
  }
}

/**
 * The library reads an answer out of the pieces that it came in, and counts
 * through them for every number. In one piece it is read in linear time.
 */
function readContiguously(connection: Connection, { Reader }: Library) {
  const send = connection.send.bind(connection);
  connection.send = (key, version, payload, parse, ...rest) =>
    send(
      key,
      version,
      payload,
      (correlationId, apiKey, apiVersion, reader) =>
        parse(
          correlationId,
          apiKey,
          apiVersion,
          Reader.from(reader.buffer.buffer),
        ),
      ...rest,
    );
}
