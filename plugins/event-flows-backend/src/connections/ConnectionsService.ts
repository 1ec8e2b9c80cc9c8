import { randomUUID } from 'node:crypto';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  BrokerConnectionError,
  type Connection,
  type CreateConnection,
  eventFlowsConnectionCreatePermission,
  eventFlowsConnectionDeletePermission,
  eventFlowsConnectionReadPermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import { matchesBroker, type BrokerAccess } from '@event-flows/engine';
import type { Authorizer } from '../permissions/Authorizer';
import { audited, type Caller } from '../permissions/Caller';
import { hasPermission, requirePermissions } from '../permissions/rules';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { SecretBox } from '../secrets/SecretBox';
import { type Checked, valueOf } from '../validation';
import { brokerAccessOf, sealSecrets } from './BrokerAccessReader';
import {
  type ConnectionRecord,
  type ConnectionsStore,
  type ConnectionUse,
  nameTaken,
} from './ConnectionsStore';
import type { LimitedAdmin } from './LimitedAdmin';

/** Milliseconds that a cluster gets to answer when it is connected. */
const CONNECT_TIMEOUT_MS = 15_000;

/** What people do with connections, and who may. */
export class ConnectionsService {
  readonly #store: ConnectionsStore;
  readonly #authorizer: Authorizer;
  readonly #admin: LimitedAdmin;
  readonly #box: SecretBox;
  readonly #convergence: Convergence;
  readonly #allowPlaintextPasswords: readonly string[];
  readonly #now: () => number;

  constructor(options: {
    store: ConnectionsStore;
    authorizer: Authorizer;
    admin: LimitedAdmin;
    box: SecretBox;
    convergence: Convergence;
    /** Brokers that may be sent a password without TLS. */
    allowPlaintextPasswords: readonly string[];
    now: () => number;
  }) {
    this.#store = options.store;
    this.#authorizer = options.authorizer;
    this.#admin = options.admin;
    this.#box = options.box;
    this.#convergence = options.convergence;
    this.#allowPlaintextPasswords = options.allowPlaintextPasswords;
    this.#now = options.now;
  }

  async list(caller: Caller): Promise<Connection[]> {
    await requirePermissions(
      this.#authorizer,
      caller,
      eventFlowsConnectionReadPermission,
    );
    return this.#describe(await this.#store.list());
  }

  async get(caller: Caller, id: string): Promise<Connection> {
    const [connection] = await this.#describe([
      await this.getReadable(caller, id),
    ]);
    return connection;
  }

  /** @throws NotFoundError also if the caller may not see connections */
  async getReadable(caller: Caller, id: string): Promise<ConnectionRecord> {
    const connection = await this.#find(caller, id);
    if (!connection || connection.deleting) {
      throw noConnection();
    }
    return connection;
  }

  create(
    caller: Caller,
    input: Checked<CreateConnection>,
  ): Promise<Connection> {
    const action = {
      eventId: 'connection-create',
      severityLevel: 'medium',
      meta: input.value
        ? { name: input.value.name, brokers: input.value.brokers }
        : {},
    } as const;
    return audited(caller, action, async () => {
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsConnectionCreatePermission,
      );
      const wanted = valueOf(input);
      const { name } = wanted;
      const access = brokerAccessOf(randomUUID(), wanted);
      this.#checkPlaintextPassword(access);
      this.#checkKey(access);
      if (await this.#store.hasName(name)) {
        throw nameTaken(name);
      }
      const { clusterId } = await this.#admin.for(caller).probe(access, {
        signal: caller.signal,
        timeoutMs: CONNECT_TIMEOUT_MS,
      });
      caller.signal.throwIfAborted();
      const connection = this.#toRecord(caller, name, access, clusterId);
      await this.#store.insert(connection);
      return toConnection(connection, { topicsInUse: 0, queuesEnabled: 0 });
    });
  }

  /**
   * Stops the connection's queues on every replica, then forgets it. If a
   * replica does not answer in time, the deletion is carried out later (see
   * `Housekeeping`): nobody sees or uses the connection any more.
   */
  delete(caller: Caller, id: string): Promise<void> {
    const action = {
      eventId: 'connection-delete',
      severityLevel: 'high',
      meta: { connectionId: id },
    } as const;
    return audited(caller, action, async () => {
      if (!(await this.#find(caller, id))) {
        throw noConnection();
      }
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsConnectionDeletePermission,
      );
      const revision = await this.#store.markDeleting(id);
      const isUnused =
        (await this.#convergence.waitFor(revision)) &&
        (await this.#convergence.waitForEnd({ connectionId: id }));
      if (!isUnused) {
        throw new ServiceUnavailableError(
          'A replica of the backend has not yet confirmed that the queues of this connection have stopped; the connection is out of use, and removed as soon as it has',
        );
      }
      await this.#store.remove(id);
    });
  }

  async #find(
    caller: Caller,
    id: string,
  ): Promise<ConnectionRecord | undefined> {
    const mayRead = await hasPermission(
      this.#authorizer,
      caller,
      eventFlowsConnectionReadPermission,
    );
    return mayRead ? this.#store.get(id) : undefined;
  }

  #checkPlaintextPassword({ tls, sasl, brokers }: BrokerAccess): void {
    if (tls || sasl?.mechanism !== 'plain') {
      return;
    }
    const refused = brokers.find(
      broker => !matchesBroker(broker, this.#allowPlaintextPasswords),
    );
    if (refused) {
      throw new BrokerConnectionError(
        'not-allowed',
        `SASL PLAIN without TLS would send the password to ${refused} in plain text. Use TLS or a SCRAM mechanism, or ask the operator to name the broker in eventFlows.brokers.allowPlaintextPasswords`,
      );
    }
  }

  #checkKey({ tls, sasl }: BrokerAccess): void {
    if (
      (sasl || tls?.key !== undefined) &&
      this.#box.currentKey === undefined
    ) {
      throw new InputError(
        'This portal cannot keep passwords and keys yet; the operator must configure eventFlows.secrets.keys',
      );
    }
  }

  #toRecord(
    caller: Caller,
    name: string,
    access: BrokerAccess,
    clusterId: string,
  ): ConnectionRecord {
    const at = new Date(this.#now()).toISOString();
    const { id, brokers, tls, sasl } = access;
    const sealedSecrets = sealSecrets(access, this.#box);
    return {
      id,
      name,
      brokers,
      ...(tls && {
        tls: {
          ...(tls.ca !== undefined && { ca: tls.ca }),
          ...(tls.cert !== undefined && { cert: tls.cert }),
          hasClientKey: tls.key !== undefined,
        },
      }),
      ...(sasl && {
        sasl: { mechanism: sasl.mechanism, username: sasl.username },
      }),
      ...(sealedSecrets !== undefined && { sealedSecrets }),
      clusterId,
      createdAt: at,
      createdBy: caller.ref,
      state: { status: 'connected', since: at, checkedAt: at },
      deleting: false,
    };
  }

  async #describe(connections: ConnectionRecord[]): Promise<Connection[]> {
    const uses = await this.#store.usesOf(connections.map(({ id }) => id));
    return connections.map(connection =>
      toConnection(
        connection,
        uses.get(connection.id) ?? { topicsInUse: 0, queuesEnabled: 0 },
      ),
    );
  }
}

function noConnection(): NotFoundError {
  return new NotFoundError('There is no such connection');
}

/** What everyone may know of a connection: named one by one, so that no secret slips in. */
function toConnection(
  connection: ConnectionRecord,
  use: ConnectionUse,
): Connection {
  const { id, name, brokers, tls, sasl, clusterId } = connection;
  const { createdAt, createdBy, state } = connection;
  return {
    id,
    name,
    type: 'kafka',
    brokers,
    ...(tls && { tls }),
    ...(sasl && { sasl }),
    ...(clusterId !== undefined && { clusterId }),
    createdAt,
    createdBy,
    state,
    topicsInUse: use.topicsInUse,
    queuesEnabled: use.queuesEnabled,
  };
}
