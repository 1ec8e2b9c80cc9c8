import type { Socket } from 'node:net';
import {
  Kafka,
  logLevel,
  type ISocketFactoryArgs,
  type logCreator,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import { dial } from '../../address/dial';
import {
  AddressNotAllowedError,
  type DialPolicy,
  type DialUse,
} from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import type { Log } from '../BrokerDriver';
import { dialUseOf } from '../dialUse';
import { guardAnswers } from '../guardAnswers';
import { registerCodecs } from './codecs';
import { extendKafkajs } from './kafkajsInternals';

const CONNECTION_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * kafkajs cuts `host:port` at the first colon, so an IPv6 address goes by
 * another name until its socket is opened.
 */
class SeedNames {
  readonly names: string[];
  readonly #hosts = new Map<string, string>();

  constructor(brokers: readonly string[]) {
    this.names = brokers.map((broker, index) => {
      const [, address, port] = /^\[(.+)\]:(\d+)$/.exec(broker) ?? [];
      if (!address) {
        return broker;
      }
      const name = `ipv6-seed-${index}.invalid`;
      this.#hosts.set(name, address);
      return `${name}:${port}`;
    });
  }

  resolve(host: string, port: number) {
    return { host: this.#hosts.get(host) ?? host, port };
  }
}

/**
 * Owns the sockets of one client: kafkajs forgets some of them (those that
 * were still connecting when it gave up), and waits without a limit for others.
 */
export class ClientSockets {
  readonly #open = new Set<Socket>();
  #closed = false;
  #failure: Error | undefined;

  constructor(
    private readonly policy: DialPolicy,
    private readonly seeds: SeedNames,
    private readonly use: DialUse,
  ) {}

  /**
   * The refusal of an address, or else the error that a socket failed with
   * last; kafkajs keeps only their texts.
   */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** What went wrong is over: the connection works. */
  forgetFailure(): void {
    this.#failure = undefined;
  }

  open({ host: name, port: seedPort, ssl, onConnect }: ISocketFactoryArgs) {
    if (this.#closed) {
      throw new Error('The client was closed');
    }
    const { host, port } = this.seeds.resolve(name, seedPort);
    let socket: Socket;
    try {
      const tls = ssl || undefined;
      const { policy, use } = this;
      socket = dial({ host, port, policy, use, tls });
    } catch (error) {
      this.#note(error as Error);
      throw error;
    }
    this.#open.add(socket);
    guardAnswers(socket);
    socket.setKeepAlive(true, 60_000);
    socket.setNoDelay(true);
    socket.once(ssl ? 'secureConnect' : 'connect', onConnect);
    socket.on('error', error => this.#note(error));
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  }

  /** What is tried after a refusal may fail in other ways; the refusal is what has to be mended. */
  #note(failure: Error): void {
    if (!(this.#failure instanceof AddressNotAllowedError)) {
      this.#failure = failure;
    }
  }

  /** Ends every socket at once; no further one can be opened. */
  destroy(reason: Error): void {
    this.#closed = true;
    this.#open.forEach(socket => socket.destroy(reason));
  }
}

/** A kafkajs client and the owner of every socket that it opens. */
export interface KafkaClient {
  kafka: Kafka;
  sockets: ClientSockets;
}

/**
 * Creates a client whose sockets, also those to advertised listeners, go
 * where the policy allows.
 */
export function createKafkaClient(
  access: BrokerAccess,
  options: {
    policy: DialPolicy;
    log: Log;
    retry: RetryOptions;
    /** Hears of each failure that kafkajs mentions, also those that it throws without. */
    onFailure?: (mention: string, failure: Error) => void;
  },
): KafkaClient {
  registerCodecs();
  extendKafkajs();
  const seeds = new SeedNames(access.brokers);
  const sockets = new ClientSockets(options.policy, seeds, dialUseOf(access));
  const kafka = new Kafka({
    clientId: 'event-flows',
    brokers: seeds.names,
    ssl: access.tls && { ...access.tls },
    // The three mechanisms take the same fields, which the types do not see.
    sasl: access.sasl && ({ ...access.sasl } as SASLOptions),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: options.retry,
    socketFactory: request => sockets.open(request),
    logLevel: options.onFailure ? logLevel.DEBUG : logLevel.INFO,
    logCreator: createLogCreator(options.log, access.id, options.onFailure),
  });
  return { kafka, sockets };
}

/** kafkajs' own words at the level of debugging, without payloads. */
function createLogCreator(
  log: Log,
  connectionId: string,
  onFailure?: (mention: string, failure: Error) => void,
): logCreator {
  return () =>
    ({ namespace, level, log: entry }) => {
      const { message, error, broker, groupId } = entry;
      if (error instanceof Error) {
        onFailure?.(message, error);
      }
      if (level === logLevel.DEBUG) {
        return;
      }
      const fields = { connectionId, namespace, error, broker, groupId };
      log({
        level: 'debug',
        message: `kafkajs: ${message}`,
        fields: Object.fromEntries(
          Object.entries(fields).filter(
            (field): field is [string, string] => typeof field[1] === 'string',
          ),
        ),
      });
    };
}
