import { displayHost, type AddressPolicy } from '../address/AddressPolicy';
import { addressOf, type EndpointAddress } from '../delivery/HttpDispatcher';
import type { DeliveryTarget } from '../types';

/** A version that requests go to. */
export interface Destination {
  kind: 'version';
  address: EndpointAddress;
  /** Host and port for messages. */
  host: string;
  versionRef: string;
  failurePointer?: string;
  /** Headers that the operator configured for the address. */
  credentials: Record<string, string>;
}

/** What decides whether and how a version may be called. */
export interface DestinationRules {
  policy: AddressPolicy;
  credentials: (endpoint: URL) => Record<string, string>;
}

/** Where requests go, or why none can begin. */
export function destinationOf(
  target: DeliveryTarget,
  { policy, credentials }: DestinationRules,
): Destination | { kind: 'unavailable'; reason: string } {
  if (target.kind === 'unavailable') {
    return target;
  }
  const { endpoint, versionRef, failurePointer } = target;
  if (!policy.isEndpointAllowed(endpoint)) {
    return {
      kind: 'unavailable',
      reason: `The endpoint of ${versionRef} is not allowed; an operator can add it to eventFlows.endpoints.allow`,
    };
  }
  const url = new URL(endpoint);
  return {
    kind: 'version',
    address: addressOf(url),
    host: displayHost(url),
    versionRef,
    failurePointer,
    credentials: credentials(url),
  };
}
