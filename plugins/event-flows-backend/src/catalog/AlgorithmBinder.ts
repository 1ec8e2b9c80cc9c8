import type { AuthService } from '@backstage/backend-plugin-api';
import type { PinsStore } from '../queues/PinsStore';
import type { AlgorithmDirectory } from './AlgorithmDirectory';

/**
 * Binds access that was given before uids were kept, also of disabled queues:
 * to the algorithm that the catalog has when it is first asked.
 */
export class AlgorithmBinder {
  readonly #store: PinsStore;
  readonly #directory: AlgorithmDirectory;
  readonly #auth: AuthService;

  constructor(options: {
    store: PinsStore;
    directory: AlgorithmDirectory;
    auth: AuthService;
  }) {
    this.#store = options.store;
    this.#directory = options.directory;
    this.#auth = options.auth;
  }

  async run(): Promise<void> {
    const unbound = await this.#store.listUnbound();
    if (unbound.length === 0) {
      return;
    }
    const uids = await this.#directory.uidsOf(
      unbound,
      await this.#auth.getOwnServiceCredentials(),
    );
    for (const [algorithmRef, uid] of uids) {
      if (uid !== undefined) {
        await this.#store.bind(algorithmRef, uid);
      }
    }
  }
}
