import ipaddr from 'ipaddr.js';
import { parseIpAddress, type IpAddress } from './ipAddress';

/**
 * One entry of `eventFlows.brokers.allow`, parsed.
 *
 * @public
 */
export type BrokerPattern = {
  /** Undefined: every port. */
  port?: number;
} & (
  | { kind: 'name'; name: string }
  | { kind: 'address'; address: IpAddress }
  | { kind: 'suffix'; suffix: string }
  | { kind: 'range'; range: [IpAddress, number] }
);

const FORMS =
  'host:port, host:*, *.suffix:port, or an address range like 10.0.0.0/8:9092 (IPv6 in brackets)';
const NAME = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/;

/**
 * Parses an entry of `eventFlows.brokers.allow`.
 *
 * @throws Error that says which forms there are.
 *
 * @public
 */
export function parseBrokerPattern(entry: string): BrokerPattern {
  const refuse = (why: string): never => {
    throw new Error(
      `eventFlows.brokers.allow: "${entry}" ${why}; an entry is ${FORMS}`,
    );
  };
  const [, host, portText] =
    /^(.+):(\*|\d{1,5})$/.exec(entry.trim().toLowerCase()) ??
    refuse('has no port');
  const port = portText === '*' ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    refuse('has a port that does not exist');
  }
  if (host.startsWith('*.') && NAME.test(host.slice(2))) {
    return { kind: 'suffix', suffix: host.slice(1), port };
  }
  if (host.includes('/')) {
    const range = host
      .replace(/^\[(.*)\](\/\d+)$/, '$1$2')
      .replace(/[[\]]/g, '');
    return ipaddr.isValidCIDR(range)
      ? { kind: 'range', range: ipaddr.parseCIDR(range), port }
      : refuse('is no address range');
  }
  if (host.includes(':') && !/^\[.*\]$/.test(host)) {
    refuse('holds an IPv6 address without brackets');
  }
  const address = parseIpAddress(host);
  if (address) {
    return { kind: 'address', address, port };
  }
  return NAME.test(host)
    ? { kind: 'name', name: host, port }
    : refuse('holds no host name');
}
