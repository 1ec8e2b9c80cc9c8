import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { brokerConnectionReasonOf } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAdmin } from '@event-flows/engine';
import { SecretUnreadableError } from '../secrets/SecretBox';
import type { BrokerAccessReader } from './BrokerAccessReader';
import type { ConnectionsStore } from './ConnectionsStore';

/** Milliseconds that a cluster gets to answer. */
const PROBE_TIMEOUT_MS = 10_000;

/** Clusters asked at a time. */
const CONCURRENCY = 5;

/** Asks every registered cluster whether it can be reached, and notes it. */
export class ConnectionMonitor {
  readonly #store: ConnectionsStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: BrokerAdmin;
  readonly #now: () => number;
  readonly #logger: LoggerService;

  constructor(options: {
    store: ConnectionsStore;
    access: BrokerAccessReader;
    admin: BrokerAdmin;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  async checkAll(signal?: AbortSignal): Promise<void> {
    const waiting = (await this.#store.list()).map(({ id }) => id);
    const checkNext = async (): Promise<void> => {
      for (let id = waiting.pop(); id; id = waiting.pop()) {
        await this.#check(id, signal);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, checkNext));
  }

  /** Notes what came of an attempt to speak to a cluster. */
  async noteAnswer(
    connectionId: string,
    answer: { clusterId?: string } | { error: unknown },
  ): Promise<void> {
    const checkedAt = new Date(this.#now()).toISOString();
    await this.#store.setState(
      connectionId,
      'error' in answer
        ? { status: 'unreachable', reason: messageOf(answer.error), checkedAt }
        : { status: 'connected', clusterId: answer.clusterId, checkedAt },
    );
  }

  async #check(connectionId: string, signal?: AbortSignal): Promise<void> {
    try {
      const access = await this.#access.get(connectionId);
      const { clusterId } = await this.#admin.probe(access, {
        signal,
        timeoutMs: PROBE_TIMEOUT_MS,
      });
      await this.noteAnswer(connectionId, { clusterId });
    } catch (error) {
      if (signal?.aborted) {
        return;
      }
      if (!isOfCluster(error)) {
        // It says nothing of the cluster, and may hold what is nobody's business.
        this.#logger.warn(
          `Failed to check the connection ${connectionId}: ${stringifyError(error)}`,
        );
        return;
      }
      await this.noteAnswer(connectionId, { error });
    }
  }
}

/** That secrets do not open counts, too: it is said at the start, and not every time. */
function isOfCluster(error: unknown): boolean {
  return (
    brokerConnectionReasonOf(error) !== undefined ||
    error instanceof SecretUnreadableError
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : stringifyError(error);
}
