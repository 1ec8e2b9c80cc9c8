import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import {
  AddressNotAllowedError,
  type DialPolicy,
  type DialUse,
} from './AddressPolicy';
import { parseIpAddress } from './ipAddress';

/**
 * Asks for the addresses of a host once, and gives those that may be dialled.
 * Whoever dials one of them as it stands here resolves nothing again.
 *
 * @throws AddressNotAllowedError if there is none.
 */
export async function resolveAllowed(
  host: string,
  port: number,
  policy: DialPolicy,
  use?: DialUse,
): Promise<LookupAddress[]> {
  policy.checkHost(host, port, use);
  const literal = writtenAddress(host);
  if (literal !== undefined) {
    return [toLookupAddress(literal)];
  }
  const allowed: LookupAddress[] = [];
  let refusal = new AddressNotAllowedError(
    `The name ${host} has no address at all`,
  );
  for (const { address } of await policy.resolve(host)) {
    try {
      policy.checkAddress(host, port, address);
      allowed.push(toLookupAddress(address));
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

/**
 * The address that a host is by itself, undefined for a name. In the form that
 * was checked: not every form that we understand is one that the platform
 * would not hand to a resolver.
 */
export function writtenAddress(host: string): string | undefined {
  const literal = parseIpAddress(host);
  return literal && (isIP(host) === 0 ? literal.toString() : host);
}

function toLookupAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
