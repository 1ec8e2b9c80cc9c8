import { lookup as resolveName, type LookupAddress } from 'node:dns';
import {
  connect as connectTcp,
  isIP,
  type LookupFunction,
  type Socket,
} from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { AddressNotAllowedError, type DialPolicy } from './AddressPolicy';
import { parseIpAddress } from './ipAddress';

/** Where to, how, and by whose leave. */
export interface DialOptions {
  host: string;
  port: number;
  policy: DialPolicy;
  /** Absent: no encryption. */
  tls?: ConnectionOptions;
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
export function dial({ host, port, policy, tls }: DialOptions): Socket {
  policy.checkHost(host, port);
  const literal = parseIpAddress(host);
  // In the form that was checked: not every form that we understand is one
  // that the platform would not hand to a resolver.
  const target = {
    host: literal && isIP(host) === 0 ? literal.toString() : host,
    port,
    lookup: guardedLookup(host, port, policy),
  };
  const socket = tls
    ? connectTls({
        ...(isIP(host) || literal ? {} : { servername: host }),
        ...tls,
        ...target,
      })
    : connectTcp(target);
  socket.once('connect', () => checkPeer(socket, host, port, policy));
  return socket;
}

function checkPeer(
  socket: Socket,
  host: string,
  port: number,
  policy: DialPolicy,
) {
  try {
    if (socket.remoteAddress !== undefined) {
      policy.checkAddress(host, port, socket.remoteAddress);
    }
  } catch (error) {
    socket.destroy(error as Error);
  }
}

function guardedLookup(
  host: string,
  port: number,
  policy: DialPolicy,
): LookupFunction {
  return (name, options, callback) => {
    resolveName(name, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const { allowed, refusal } = sift(found, host, port, policy);
      if (allowed.length === 0) {
        callback(refusal, '', 0);
      } else if (options.all) {
        callback(null, allowed);
      } else {
        callback(null, allowed[0].address, allowed[0].family);
      }
    });
  };
}

function sift(
  found: LookupAddress[],
  host: string,
  port: number,
  policy: DialPolicy,
) {
  const allowed: LookupAddress[] = [];
  let refusal = new AddressNotAllowedError(
    `The name ${host} has no address at all`,
  );
  for (const candidate of found) {
    try {
      policy.checkAddress(host, port, candidate.address);
      allowed.push(candidate);
    } catch (error) {
      if (!(error instanceof AddressNotAllowedError)) {
        throw error;
      }
      refusal = error;
    }
  }
  return { allowed, refusal };
}
