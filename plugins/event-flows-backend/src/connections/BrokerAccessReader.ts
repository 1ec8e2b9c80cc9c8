import { NotFoundError } from '@backstage/errors';
import type {
  CreateConnection,
  TlsInput,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccess } from '@event-flows/engine';
import type { SecretBox, SecretPlace } from '../secrets/SecretBox';
import type { ConnectionRecord, ConnectionsStore } from './ConnectionsStore';

/** Knows how to reach a registered cluster, secrets included. */
export interface BrokerAccessReader {
  /**
   * @throws NotFoundError if there is no such connection
   * @throws SecretUnreadableError if its secrets do not open
   */
  get(connectionId: string): Promise<BrokerAccess>;
}

/** The parts of a connection that never leave the backend. */
interface ConnectionSecrets {
  password?: string;
  clientKey?: string;
}

/** {@link BrokerAccessReader} over the stored connections. */
export class StoredBrokerAccess implements BrokerAccessReader {
  readonly #store: ConnectionsStore;
  readonly #box: SecretBox;

  constructor(store: ConnectionsStore, box: SecretBox) {
    this.#store = store;
    this.#box = box;
  }

  async get(connectionId: string): Promise<BrokerAccess> {
    const connection = await this.#store.get(connectionId);
    if (!connection) {
      throw new NotFoundError('There is no such connection');
    }
    return openBrokerAccess(connection, this.#box);
  }
}

/** How to reach the cluster that a person describes. */
export function brokerAccessOf(
  id: string,
  input: CreateConnection,
): BrokerAccess {
  return {
    id,
    brokers: input.brokers,
    ...(input.tls && { tls: input.tls === true ? {} : input.tls }),
    ...(input.sasl && { sasl: input.sasl }),
  };
}

/** Seals the secret parts of a connection; undefined if it has none. */
export function sealSecrets(
  access: BrokerAccess,
  box: SecretBox,
): string | undefined {
  const secrets: ConnectionSecrets = {
    ...(access.sasl && { password: access.sasl.password }),
    ...(access.tls?.key !== undefined && { clientKey: access.tls.key }),
  };
  return Object.keys(secrets).length > 0
    ? box.seal(JSON.stringify(secrets), placeOfSecrets(access.id))
    : undefined;
}

/** Where the secrets of a connection are kept. */
export function placeOfSecrets(connectionId: string): SecretPlace {
  return { table: 'connections', rowId: connectionId, field: 'secrets' };
}

function openBrokerAccess(
  connection: ConnectionRecord,
  box: SecretBox,
): BrokerAccess {
  const { id, brokers, tls, sasl, sealedSecrets } = connection;
  const secrets: ConnectionSecrets = sealedSecrets
    ? JSON.parse(box.open(sealedSecrets, placeOfSecrets(id)))
    : {};
  return {
    id,
    brokers,
    ...(tls && { tls: tlsOf(tls, secrets.clientKey) }),
    ...(sasl && { sasl: { ...sasl, password: secrets.password ?? '' } }),
  };
}

function tlsOf(
  stored: { ca?: string; cert?: string },
  key: string | undefined,
): TlsInput {
  return {
    ...(stored.ca !== undefined && { ca: stored.ca }),
    ...(stored.cert !== undefined && { cert: stored.cert }),
    ...(key !== undefined && { key }),
  };
}
