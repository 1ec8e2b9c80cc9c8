import ipaddr from 'ipaddr.js';

/** A parsed address; what wraps an IPv4 address has been taken off. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

const SPECIAL_RANGES = new Set<string>([
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
]);

/** Ranges whose last four bytes are an IPv4 address. */
const EMBEDDING_RANGES = new Set<string>(['ipv4Mapped', 'rfc6145', 'rfc6052']);

/**
 * Parses an IP address in any form that a resolver would take (dotted,
 * integer, octal, hexadecimal, IPv6 with brackets or zone) and unwraps IPv4
 * addresses that hide in IPv6 ones. Undefined: it is a name.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) {
    return undefined;
  }
  return unwrap(ipaddr.parse(bare));
}

/**
 * Whether an address must never be dialled unless the operator names it:
 * this machine, its link (cloud metadata), many machines, or nobody.
 */
export function isSpecialAddress(address: IpAddress): boolean {
  return SPECIAL_RANGES.has(address.range());
}

/** Whether the address is this machine's own loopback. */
export function isLoopback(address: IpAddress): boolean {
  return address.range() === 'loopback';
}

function unwrap(address: IpAddress): IpAddress {
  if (address.kind() === 'ipv4') {
    return address;
  }
  const bytes = address.toByteArray();
  const range = address.range();
  if (EMBEDDING_RANGES.has(range) || isIpv4Compatible(bytes)) {
    return ipaddr.fromByteArray(bytes.slice(12));
  }
  return range === '6to4' ? ipaddr.fromByteArray(bytes.slice(2, 6)) : address;
}

/** `::a.b.c.d`, long deprecated but still understood by resolvers. */
function isIpv4Compatible(bytes: number[]): boolean {
  return (
    bytes.slice(0, 12).every(byte => byte === 0) &&
    bytes.slice(12, 14).some(byte => byte !== 0)
  );
}
