import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  createServer as createTlsServer,
  type Server as TlsServer,
} from 'node:tls';
import { RebindingResolver } from '@event-flows/testbed';
import {
  AddressNotAllowedError,
  AddressPolicy,
  type DialPolicy,
} from './AddressPolicy';
import { runFixture } from './__testUtils__/runFixture';
import { selfSigned } from './__testUtils__/selfSigned';
import { dial } from './dial';

/** Allows every host by name, and only the addresses that are given. */
function policyOf(allowed: string[]): DialPolicy {
  return {
    resolve: name => lookup(name, { all: true }),
    checkHost: () => {},
    checkAddress: (host, _port, address) => {
      if (!allowed.includes(address)) {
        throw new AddressNotAllowedError(`${host} is at ${address}`);
      }
    },
  };
}

describe('dial', () => {
  let server: Server;
  let port: number;
  let connections: number;
  let bytesReceived: number;

  beforeEach(async () => {
    connections = 0;
    bytesReceived = 0;
    server = createServer(socket => {
      connections++;
      socket.on('data', piece => {
        bytesReceived += piece.length;
      });
      // That the other end cuts it is what is tested there.
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  it('reaches a name whose address is allowed', async () => {
    const socket = dial({
      host: 'localhost',
      port,
      policy: policyOf(['127.0.0.1']),
    });
    await once(socket, 'connect');
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('never opens a connection to a name whose addresses are refused', async () => {
    const socket = dial({ host: 'localhost', port, policy: policyOf([]) });
    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(AddressNotAllowedError);
    // Whoever connected would be counted before the next one is.
    const next = dial({
      host: '127.0.0.1',
      port,
      policy: policyOf(['127.0.0.1']),
    });
    await Promise.all([once(next, 'connect'), once(server, 'connection')]);
    expect(connections).toBe(1);
    next.destroy();
  });

  it('cuts a connection whose peer is refused', async () => {
    // No name, so nothing is resolved: the peer is all that is left to look at.
    const socket = dial({ host: '127.0.0.1', port, policy: policyOf([]) });
    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(AddressNotAllowedError);
    expect(socket.destroyed).toBe(true);
  });

  it.each([
    ['in plain text', undefined],
    ['with TLS', {}],
  ])('sends nothing to a peer that is refused, %s', async (_, tls) => {
    const socket = dial({
      ...{ host: '127.0.0.1', port, policy: policyOf([]), tls },
    });
    // As the clients of Kafka and HTTP do when they hear of the connection.
    socket.once('connect', () => socket.write('a password'));
    const ended = once(server, 'connection').then(([other]) =>
      once(other, 'close'),
    );
    await once(socket, 'error');
    await ended;
    expect(bytesReceived).toBe(0);
  });

  it('asks for a name once, and dials what it was told then', async () => {
    const resolver = new RebindingResolver({
      'kafka.test': [['127.0.0.2', '127.0.0.1'], ['127.0.0.2']],
    });
    const { brokers: policy } = new AddressPolicy(
      {
        brokers: { allow: [`kafka.test:${port}`, `127.0.0.1:${port}`] },
        endpoints: { allow: [] },
      },
      resolver.resolve,
    );
    const socket = dial({ host: 'kafka.test', port, policy });
    await once(socket, 'connect');
    expect(socket.remoteAddress).toBe('127.0.0.1');
    expect(resolver.questions('kafka.test')).toBe(1);
    socket.destroy();

    const rebound = dial({ host: 'kafka.test', port, policy });
    const [error] = await once(rebound, 'error');
    expect(error).toMatchObject({
      name: 'AddressNotAllowedError',
      message: expect.stringContaining('(127.0.0.2)'),
    });
  });

  it('never asks a resolver about an address, however it is written', async () => {
    const resolver = new RebindingResolver({});
    const { brokers: policy } = new AddressPolicy(
      {
        brokers: { allow: [`127.0.0.1:${port}`] },
        endpoints: { allow: [] },
      },
      resolver.resolve,
    );
    for (const host of [
      ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1'],
      ...['[127.0.0.1]', '::ffff:127.0.0.1', '[::ffff:7f00:1]'],
    ]) {
      const socket = dial({ host, port, policy });
      await once(socket, 'connect');
      socket.destroy();
      expect(resolver.questions(host)).toBe(0);
    }
  });

  describe('checks certificates', () => {
    let tlsServer: TlsServer;
    let tlsPort: number;

    beforeEach(async () => {
      tlsServer = createTlsServer(await selfSigned()).listen(0, '127.0.0.1');
      await once(tlsServer, 'listening');
      tlsPort = (tlsServer.address() as AddressInfo).port;
    });

    afterEach(() => {
      tlsServer.close();
    });

    it('whatever else the options say', async () => {
      const options = { ca: undefined, rejectUnauthorized: false };
      const socket = dial({
        host: '127.0.0.1',
        port: tlsPort,
        policy: policyOf(['127.0.0.1']),
        tls: options,
      });
      const [error] = await once(socket, 'error');
      expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });

    it('even where the environment says not to', async () => {
      const answer = await runFixture(
        'dispatchOnce',
        `https://127.0.0.1:${tlsPort}/`,
        {
          NODE_TLS_REJECT_UNAUTHORIZED: '0',
        },
      );
      expect(answer).toMatch('self-signed certificate');
    });
  });

  it('refuses a host before anything is resolved', () => {
    const refusal = new AddressNotAllowedError('not this one');
    const policy: DialPolicy = {
      resolve: async () => [],
      checkHost: () => {
        throw refusal;
      },
      checkAddress: () => {},
    };
    expect(() => dial({ host: 'localhost', port, policy })).toThrow(refusal);
    expect(connections).toBe(0);
  });
});
