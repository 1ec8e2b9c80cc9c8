import { lookup } from 'node:dns/promises';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { EngineOptions } from '../types';
import { parseBrokerPattern, type BrokerPattern } from './brokerPattern';
import {
  isBelow,
  parseEndpoint,
  parseEndpointPrefix,
  portOf,
  type EndpointPrefix,
} from './endpointPrefix';
import {
  isEqualAddress,
  isLoopback,
  isSpecialAddress,
  parseIpAddress,
  type IpAddress,
} from './ipAddress';
import { matchesBroker } from './plaintextPassword';

/**
 * A destination that the operator has not allowed. The message names the
 * configuration key to change.
 *
 * @public
 */
export class AddressNotAllowedError extends Error {
  /** Stays the same when code is minified. */
  readonly name = 'AddressNotAllowedError' as const;
  /** Survives libraries that keep nothing of an error but its code. */
  readonly code = 'EVENT_FLOWS_NOT_ALLOWED';
}

/**
 * Finds every address of a name.
 *
 * @public
 */
export type ResolveName = (name: string) => Promise<{ address: string }[]>;

/** As everything else on this machine does it, so that there is one truth. */
const systemResolve: ResolveName = name => lookup(name, { all: true });

/** What is sent over a socket that not every broker may get. */
export type DialUse = 'plaintext-password' | undefined;

/** Decides about one socket: the host as it was asked for, and an address. */
export interface DialPolicy {
  /** Every address of a name. */
  resolve: ResolveName;
  /**
   * @param use - what the socket is for, where that needs a permission of its own
   * @throws AddressNotAllowedError if no address of this host could be allowed.
   */
  checkHost(host: string, port: number, use?: DialUse): void;
  /** @throws AddressNotAllowedError */
  checkAddress(host: string, port: number, address: string): void;
}

/**
 * What may be dialled: everything is refused that the operator has not
 * allowed. Loopback, link-local, multicast and unspecified addresses are
 * refused even then, unless an entry names the address itself (for loopback
 * also `localhost`): neither a range nor a wildcard nor a name that somebody
 * else's DNS points there does so.
 *
 * @public
 */
export class AddressPolicy {
  readonly #patterns: BrokerPattern[];
  readonly #plaintextPasswords: readonly string[];
  readonly #prefixes: EndpointPrefix[];

  /** @throws Error that names the entry that is not understood. */
  constructor(
    options: {
      brokers: EngineOptions['brokers'];
      endpoints: Pick<EngineOptions['endpoints'], 'allow'>;
    },
    private readonly resolve: ResolveName = systemResolve,
  ) {
    this.#patterns = options.brokers.allow.map(parseBrokerPattern);
    this.#plaintextPasswords = options.brokers.allowPlaintextPasswords ?? [];
    this.#prefixes = options.endpoints.allow.map(entry =>
      parseEndpointPrefix(entry),
    );
  }

  /** Whether a URL lies below one of the allowed prefixes. */
  isEndpointAllowed(endpoint: string): boolean {
    const url = parseEndpoint(endpoint);
    return (
      url !== undefined && this.#prefixes.some(prefix => isBelow(prefix, url))
    );
  }

  /** @internal */
  readonly brokers: DialPolicy = {
    resolve: name => this.resolve(name),
    checkHost: (host, port, use) => {
      assertPort(host, port);
      if (use === 'plaintext-password') {
        this.#checkPlaintextPassword(host, port);
      }
      const address = parseIpAddress(host);
      if (address) {
        this.#checkBroker(host, port, address);
        return;
      }
      const mayResolve = this.#patterns.some(
        pattern =>
          isPort(pattern, port) &&
          (pattern.kind === 'range' ||
            pattern.kind === 'address' ||
            matchesName(pattern, host)),
      );
      if (!mayResolve) {
        throw brokerRefused(host, port);
      }
    },
    checkAddress: (host, port, text) => {
      this.#checkBroker(host, port, parsed(text));
    },
  };

  /** @internal */
  readonly endpoints: DialPolicy = {
    resolve: name => this.resolve(name),
    checkHost: (host, port) => {
      const address = parseIpAddress(host);
      if (!this.#isEndpointHost(host, port, address)) {
        throw endpointRefused(host, port);
      }
    },
    checkAddress: (host, port, text) => {
      const address = parsed(text);
      const isNamed =
        isSameHost(host, address) ||
        this.#isEndpointHost(text, port, address) ||
        !isSpecialAddress(address);
      if (!isNamed || !this.#isEndpointHost(host, port, parseIpAddress(host))) {
        throw endpointRefused(host, port, text);
      }
    },
  };

  #checkPlaintextPassword(host: string, port: number) {
    const broker = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    if (!matchesBroker(broker, this.#plaintextPasswords)) {
      throw new AddressNotAllowedError(
        `SASL PLAIN without TLS would send the password to ${broker} in plain text. Use TLS or a SCRAM mechanism, or ask the operator to name the broker in eventFlows.brokers.allowPlaintextPasswords`,
      );
    }
  }

  #checkBroker(host: string, port: number, address: IpAddress) {
    const isAllowed = this.#patterns.some(pattern => {
      if (!isPort(pattern, port)) {
        return false;
      }
      switch (pattern.kind) {
        case 'address':
          return isEqualAddress(pattern.address, address);
        case 'range':
          return !isSpecialAddress(address) && isWithin(address, pattern.range);
        default:
          return (
            matchesName(pattern, host) &&
            (!isSpecialAddress(address) || isSameHost(host, address))
          );
      }
    });
    if (!isAllowed) {
      throw brokerRefused(host, port, address.toString());
    }
  }

  #isEndpointHost(host: string, port: number, address: IpAddress | undefined) {
    return this.#prefixes.some(prefix => {
      const named = parseIpAddress(prefix.hostname);
      return (
        prefix.port === port &&
        (address && named
          ? isEqualAddress(address, named)
          : prefix.hostname === host.toLowerCase())
      );
    });
  }
}

/**
 * Checks the allow-lists and the prefixes of credentials.
 *
 * @throws Error that names the entry that is not understood.
 */
export function assertAllowLists(
  options: Pick<EngineOptions, 'brokers' | 'endpoints'>,
): void {
  options.brokers.allow.forEach(parseBrokerPattern);
  options.endpoints.allow.forEach(entry => parseEndpointPrefix(entry));
  createCredentialLookup(options.endpoints.credentials);
}

/** The longest prefix that a URL lies below wins; none: no headers. */
export function createCredentialLookup(
  credentials: EngineOptions['endpoints']['credentials'],
): (endpoint: URL) => Record<string, string> {
  const key = 'eventFlows.endpoints.credentials';
  const sorted = credentials
    .map(({ prefix, headers }) => {
      assertHeaders(headers, `${key}: "${prefix}"`);
      return { headers, prefix: parseEndpointPrefix(prefix, key) };
    })
    .sort((a, b) => b.prefix.path.length - a.prefix.path.length);
  return endpoint =>
    sorted.find(({ prefix }) => isBelow(prefix, endpoint))?.headers ?? {};
}

/**
 * A header that cannot be sent would make every record look as if it were the
 * record's fault. Never shows a value.
 */
function assertHeaders(headers: Record<string, string>, where: string) {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      throw new Error(
        `${where}: the header ${JSON.stringify(name)} cannot be sent; names are tokens, and values have neither line breaks nor characters beyond Latin-1`,
        { cause },
      );
    }
  }
}

/** Host and port of an endpoint, as messages show them. */
export function displayHost(endpoint: URL): string {
  return endpoint.port
    ? `${endpoint.hostname}:${portOf(endpoint)}`
    : endpoint.hostname;
}

function matchesName(pattern: BrokerPattern, host: string): boolean {
  if (pattern.kind !== 'name' && pattern.kind !== 'suffix') {
    return false;
  }
  // The end of an address is no suffix of a name.
  if (parseIpAddress(host)) {
    return false;
  }
  const name = host.toLowerCase();
  return (
    (pattern.kind === 'name' && pattern.name === name) ||
    (pattern.kind === 'suffix' && name.endsWith(pattern.suffix))
  );
}

/** A cluster can name any number as the port of its brokers. */
function assertPort(host: string, port: number) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AddressNotAllowedError(
      `The broker ${host}:${port} is not allowed: there is no such port`,
    );
  }
}

function isPort(pattern: BrokerPattern, port: number): boolean {
  return pattern.port === undefined || pattern.port === port;
}

/** Whether asking for this host is the same as naming the address. */
function isSameHost(host: string, address: IpAddress): boolean {
  const literal = parseIpAddress(host);
  if (literal) {
    return isEqualAddress(literal, address);
  }
  return host.toLowerCase() === 'localhost' && isLoopback(address);
}

function isWithin(address: IpAddress, range: [IpAddress, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

function parsed(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (!address) {
    throw new AddressNotAllowedError(`"${text}" is no IP address`);
  }
  return address;
}

function brokerRefused(host: string, port: number, address?: string) {
  return refused('broker', host, port, address, 'eventFlows.brokers.allow');
}

function endpointRefused(host: string, port: number, address?: string) {
  return refused('endpoint', host, port, address, 'eventFlows.endpoints.allow');
}

function refused(
  what: string,
  host: string,
  port: number,
  address: string | undefined,
  key: string,
) {
  const where = address && address !== host ? ` (${address})` : '';
  return new AddressNotAllowedError(
    `The ${what} ${host}:${port}${where} is not allowed; an operator can add it to ${key}`,
  );
}
