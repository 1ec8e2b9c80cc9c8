import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  AddressNotAllowedError,
  type DialPolicy,
} from '../../address/AddressPolicy';
import { parseIpAddress } from '../../address/ipAddress';

/**
 * Resolves a host once, to the addresses that may be dialled. Whoever dials
 * one of them as it stands here resolves nothing again.
 *
 * @throws AddressNotAllowedError if there is none.
 */
export async function allowedAddresses(
  host: string,
  port: number,
  policy: DialPolicy,
): Promise<string[]> {
  policy.checkHost(host, port);
  const literal = parseIpAddress(host);
  if (literal) {
    return [isIP(host) === 0 ? literal.toString() : host];
  }
  const allowed: string[] = [];
  let refusal = new AddressNotAllowedError(
    `The name ${host} has no address at all`,
  );
  for (const { address } of await lookup(host, { all: true })) {
    try {
      policy.checkAddress(host, port, address);
      allowed.push(address);
    } catch (error) {
      if (!(error instanceof AddressNotAllowedError)) {
        throw error;
      }
      refusal = error;
    }
  }
  if (allowed.length === 0) {
    throw refusal;
  }
  return allowed;
}
