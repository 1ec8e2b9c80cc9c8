import ipaddr from 'ipaddr.js';

/** A parsed address; what wraps an IPv4 address has been taken off. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

const SPECIAL_RANGES = new Set<string>([
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
  // Tunnels: what is at their other end stands in the address, but only a
  // relay knows whether it goes there.
  '6to4',
  'teredo',
]);

/** Where clouds answer with credentials, beside what is link-local. */
const METADATA_ADDRESSES = [
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd00:42::42',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
].map(text => ipaddr.parse(text));

/**
 * NAT64 with a prefix of the network's own (RFC 8215). Where in it the IPv4
 * address is depends on the length of that prefix, which only the network knows.
 */
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');

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
 * this machine, its link, cloud metadata, many machines, nobody, or whoever is
 * behind a translation that cannot be looked through.
 */
export function isSpecialAddress(address: IpAddress): boolean {
  return (
    SPECIAL_RANGES.has(address.range()) ||
    isLocalNat64(address) ||
    METADATA_ADDRESSES.some(known => isEqualAddress(known, address))
  );
}

/** Whether both are the same, however they were written. */
export function isEqualAddress(a: IpAddress, b: IpAddress): boolean {
  return a.kind() === b.kind() && a.toString() === b.toString();
}

/** Whether the address is this machine's own loopback. */
export function isLoopback(address: IpAddress): boolean {
  return address.range() === 'loopback';
}

function unwrap(address: IpAddress): IpAddress {
  if (address.kind() === 'ipv4' || isLocalNat64(address)) {
    return address;
  }
  const bytes = address.toByteArray();
  return EMBEDDING_RANGES.has(address.range()) || isIpv4Compatible(bytes)
    ? ipaddr.fromByteArray(bytes.slice(12))
    : address;
}

function isLocalNat64(address: IpAddress): boolean {
  return address instanceof ipaddr.IPv6 && address.match(LOCAL_NAT64);
}

/** `::a.b.c.d`, long deprecated but still understood by resolvers. */
function isIpv4Compatible(bytes: number[]): boolean {
  return (
    bytes.slice(0, 12).every(byte => byte === 0) &&
    bytes.slice(12, 14).some(byte => byte !== 0)
  );
}
