import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { AddressNotAllowedError, type DialPolicy } from './AddressPolicy';
import { dial } from './dial';

/** Allows every host by name, and only the addresses that are given. */
function policyOf(allowed: string[]): DialPolicy {
  return {
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

  beforeEach(async () => {
    connections = 0;
    server = createServer(socket => {
      connections++;
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

  it('refuses a host before anything is resolved', () => {
    const refusal = new AddressNotAllowedError('not this one');
    const policy: DialPolicy = {
      checkHost: () => {
        throw refusal;
      },
      checkAddress: () => {},
    };
    expect(() => dial({ host: 'localhost', port, policy })).toThrow(refusal);
    expect(connections).toBe(0);
  });
});
