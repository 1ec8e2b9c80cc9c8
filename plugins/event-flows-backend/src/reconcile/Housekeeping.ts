import type { ConnectionsStore } from '../connections/ConnectionsStore';
import type { StopConfirmation } from '../queues/StopConfirmation';
import type { Convergence } from './ConvergenceWatch';
import type { ReplicasStore } from './ReplicasStore';

/**
 * Ends what a request could not wait for: confirms that disabled queues have
 * stopped, and removes deleted connections once no replica uses them.
 */
export class Housekeeping {
  readonly #connections: ConnectionsStore;
  readonly #replicas: ReplicasStore;
  readonly #convergence: Convergence;
  readonly #stops: StopConfirmation;

  constructor(options: {
    connections: ConnectionsStore;
    replicas: ReplicasStore;
    convergence: Convergence;
    stops: StopConfirmation;
  }) {
    this.#connections = options.connections;
    this.#replicas = options.replicas;
    this.#convergence = options.convergence;
    this.#stops = options.stops;
  }

  async run(signal?: AbortSignal): Promise<void> {
    // In this order: what is deleting now is contained in the revision then.
    const deleting = await this.#connections.listDeleting();
    const revision = await this.#replicas.desiredRevision();
    if (!(await this.#convergence.hasApplied(revision))) {
      return;
    }
    for (const id of deleting) {
      if (await this.#convergence.haveEnded({ connectionId: id })) {
        await this.#connections.remove(id);
      }
    }
    await this.#stops.confirmAll(signal);
  }
}
