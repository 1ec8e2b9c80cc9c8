import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a link does to what is sent over it. */
type LinkState =
  | { kind: 'open' }
  | { kind: 'slow'; delayMs: number }
  | { kind: 'cut' }
  | { kind: 'black-holed' };

/**
 * A TCP proxy on 127.0.0.1 that stands for the network between two parts and
 * can fail as networks do: slow, cut, or without an answer.
 */
export class FaultProxy {
  /** Starts a proxy to a port of 127.0.0.1, itself on a free port unless one is given. */
  static async start(options: {
    targetPort: number;
    port?: number;
  }): Promise<FaultProxy> {
    const proxy = new FaultProxy(options.targetPort);
    proxy.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  readonly #server = createServer(socket => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  #state: LinkState = { kind: 'open' };
  #changed = Promise.withResolvers<void>();

  private constructor(private readonly targetPort: number) {}

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections from clients and to the target that are open now. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Everything passes at once, also what a black hole has held. */
  open(): void {
    this.#become({ kind: 'open' });
  }

  /** Every piece is passed on so many milliseconds late, in order. */
  slow(delayMs: number): void {
    this.#become({ kind: 'slow', delayMs });
  }

  /** Resets every connection, and each new one, until `open`. */
  cut(): void {
    this.#become({ kind: 'cut' });
    this.reset();
  }

  /** Nothing passes, and nobody is told: connections stay open, also new ones. */
  blackHole(): void {
    this.#become({ kind: 'black-holed' });
  }

  /** Resets every connection; new ones are treated as before. */
  reset(): void {
    this.#sockets.forEach(socket => socket.resetAndDestroy());
  }

  /** Resets every connection and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #become(state: LinkState) {
    this.#state = state;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #accept(client: Socket) {
    this.#watch(client);
    if (this.#state.kind === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ host: '127.0.0.1', port: this.targetPort });
    this.#watch(target);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    this.#pass(client, target);
    this.#pass(target, client);
  }

  #watch(socket: Socket) {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // Whatever is wrong, the other side learns of it by the close that follows.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #pass(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from) {
        await this.#passage();
        if (!to.write(piece)) {
          await once(to, 'drain');
        }
      }
      to.end();
    } catch {
      from.destroy();
      to.destroy();
    }
  }

  /** Resolves when the next piece may pass. */
  async #passage(): Promise<void> {
    while (this.#state.kind === 'black-holed') {
      await this.#changed.promise;
    }
    if (this.#state.kind === 'slow') {
      await delay(this.#state.delayMs);
    }
  }
}
