import type { DialUse } from '../address/AddressPolicy';
import type { BrokerAccess } from '../types';

/** What the sockets of a connection are used for, advertised brokers included. */
export function dialUseOf({ tls, sasl }: BrokerAccess): DialUse {
  return !tls && sasl?.mechanism === 'plain' ? 'plaintext-password' : undefined;
}
