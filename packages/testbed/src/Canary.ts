import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A listener on every address of this machine that nobody should ever connect
 * to. It counts those who do.
 */
export class Canary {
  /** Starts one on a free port. */
  static async start(): Promise<Canary> {
    const canary = new Canary();
    canary.#server.listen(0);
    await once(canary.#server, 'listening');
    return canary;
  }

  readonly #server = createServer(socket => this.#count(socket));
  readonly #sockets = new Set<Socket>();
  /** The ports that they came from. */
  readonly #visitors = new Set<number | undefined>();

  private constructor() {}

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * How many have connected. A connection of our own comes after theirs: once
   * it is there, so are those.
   */
  async visitors(): Promise<number> {
    const own = connect({ host: '127.0.0.1', port: this.port });
    await once(own, 'connect');
    while (!this.#visitors.has(own.localPort)) {
      await once(this.#server, 'connection');
    }
    this.#visitors.delete(own.localPort);
    own.destroy();
    return this.#visitors.size;
  }

  /** Cuts all connections and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  #count(socket: Socket) {
    this.#visitors.add(socket.remotePort);
    this.#sockets.add(socket);
    // That the other end cuts it is nobody's concern.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
