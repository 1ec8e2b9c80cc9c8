import { Client, type buildConnector } from 'undici';

const KEEP_ALIVE_MS = 4_000;

/**
 * Connections to one address, each for one request at once; there are as many
 * as there were requests at once. Taking one takes constant time: undici's
 * pool looks at each of them for every request.
 */
export class Connections {
  readonly #all = new Set<Client>();
  /** The one that was used last is on top, so that the others can go. */
  readonly #idle: Client[] = [];

  constructor(
    readonly origin: string,
    private readonly connect: buildConnector.connector,
  ) {}

  /** One for a request that begins now. */
  take(): Client {
    return this.#idle.pop() ?? this.#open();
  }

  /** Its request was answered to the end. */
  giveBack(client: Client): void {
    this.#idle.push(client);
  }

  /** Its request was not: nobody knows what would come next. */
  discard(client: Client): void {
    this.#all.delete(client);
    void client.destroy();
  }

  /** Resolves when the requests under way have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map(client => client.close()));
  }

  /** Cuts all connections. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#all].map(client => client.destroy()));
  }

  #open(): Client {
    const client = new Client(this.origin, {
      connect: this.connect,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // One clock for the whole request runs beside it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#all.add(client);
    return client;
  }
}
