import {
  connect as connectTcp,
  type LookupFunction,
  type Socket,
} from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { DialPolicy, DialUse } from './AddressPolicy';
import { resolveAllowed, writtenAddress } from './resolveAllowed';

/** Where to, how, and by whose leave. */
export interface DialOptions {
  host: string;
  port: number;
  policy: DialPolicy;
  use?: DialUse;
  /** Absent: no encryption. */
  tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'ALPNProtocols'>;
}

/**
 * Opens a socket to a destination that the policy allows. Names are resolved
 * once, each address is checked, and only addresses that passed are dialled;
 * the peer is checked again when the connection stands. Certificates are
 * checked against the host as it was asked for.
 *
 * @throws AddressNotAllowedError at once where no name has to be resolved;
 *   otherwise the socket fails with it.
 */
export function dial({ host, port, policy, use, tls }: DialOptions): Socket {
  policy.checkHost(host, port, use);
  const literal = writtenAddress(host);
  const target = {
    host: literal ?? host,
    port,
    lookup: guardedLookup(host, port, policy),
  };
  const socket = tls
    ? connectTls({
        ...(literal === undefined ? { servername: host } : {}),
        ...verifiedTls(tls),
        ...target,
      })
    : connectTcp(target);
  checkPeerOnConnect(socket, host, port, policy);
  return socket;
}

/**
 * What of the options for TLS a person may choose. Certificates are checked
 * whatever else stands there, and whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export function verifiedTls({
  ca,
  cert,
  key,
  ALPNProtocols,
}: NonNullable<DialOptions['tls']>) {
  return { ca, cert, key, ALPNProtocols, rejectUnauthorized: true } as const;
}

/** Cuts the connection before a byte is sent if it goes where it must not. */
export function checkPeerOnConnect(
  socket: Socket,
  host: string,
  port: number,
  policy: DialPolicy,
): void {
  // Whoever heard of the connection first would write.
  socket.prependOnceListener('connect', () => {
    const peer = socket.remoteAddress;
    if (peer === undefined) {
      socket.destroy(
        Object.assign(new Error('The other end has gone already'), {
          code: 'ECONNRESET',
        }),
      );
      return;
    }
    try {
      policy.checkAddress(host, port, peer);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
}

function guardedLookup(
  host: string,
  port: number,
  policy: DialPolicy,
): LookupFunction {
  return (_name, options, callback) => {
    resolveAllowed(host, port, policy).then(
      allowed =>
        options.all
          ? callback(null, allowed)
          : callback(null, allowed[0].address, allowed[0].family),
      (error: Error) => callback(error, '', 0),
    );
  };
}
