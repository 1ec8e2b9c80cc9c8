import type { LoggerService } from '@backstage/backend-plugin-api';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import type {
  ConnectionsStore,
  StoredSecret,
} from '../connections/ConnectionsStore';
import { SecretUnreadableError, type SecretBox } from './SecretBox';
import type { SecretKeysStore } from './SecretKeysStore';
import { batchesOfSecrets } from './surveySecrets';

/** Milliseconds without a sign of life until a replica counts as gone. */
const DEAD_AFTER_MS = 90_000;

/**
 * Wraps what older keys wrap with the current one, while everything runs.
 *
 * It keeps no state of its own: what is left to do is what is stored under an
 * older key. So it goes on after a crash by beginning anew, and any number of
 * replicas can do it at once, since each replaces only what it has read.
 *
 * It waits while replicas differ in their current key: during a roll-out those
 * with the old list could not open what the others wrap anew.
 */
export class SecretRotation {
  readonly #store: ConnectionsStore;
  readonly #keys: SecretKeysStore;
  readonly #box: SecretBox;
  readonly #replicaId: string;
  readonly #now: () => number;
  readonly #logger: LoggerService;
  #reported = '';

  constructor(options: {
    store: ConnectionsStore;
    keys: SecretKeysStore;
    box: SecretBox;
    /** Of this backend, unique among those of the database. */
    replicaId: string;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#keys = options.keys;
    this.#box = options.box;
    this.#replicaId = options.replicaId;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  /** Tells the other replicas which key this one seals with; again and again. */
  async announce(): Promise<void> {
    await this.#keys.announce(
      {
        replicaId: this.#replicaId,
        currentKey: this.#box.currentKey,
        seenAt: this.#iso(this.#now()),
      },
      this.#iso(this.#now() - DEAD_AFTER_MS),
    );
  }

  /** Does so no more. */
  withdraw(): Promise<void> {
    return this.#keys.withdraw(this.#replicaId);
  }

  /** Why secrets cannot be wrapped anew now; undefined if they can. */
  async obstacle(): Promise<string | undefined> {
    const users = await this.#keys.users(
      this.#iso(this.#now() - DEAD_AFTER_MS),
    );
    const others = users.filter(
      ({ currentKey }) => currentKey !== this.#box.currentKey,
    );
    return others.length > 0
      ? `${others.length} of ${users.length} replicas of the backend ${others.length === 1 ? 'has' : 'have'} another first key in eventFlows.secrets.keys; secrets are wrapped anew when all have the same`
      : undefined;
  }

  /**
   * Goes through all stored secrets once.
   *
   * @returns how many it has wrapped anew
   */
  async run(signal?: AbortSignal): Promise<number> {
    let rewrapped = 0;
    const unreadable: StoredSecret[] = [];
    for await (const batch of batchesOfSecrets(this.#store)) {
      if (signal?.aborted || (await this.obstacle()) !== undefined) {
        break;
      }
      for (const secret of batch) {
        const result = await this.#rewrap(secret);
        rewrapped += result === 'rewrapped' ? 1 : 0;
        if (result === 'unreadable') {
          unreadable.push(secret);
        }
      }
    }
    this.#report(rewrapped, unreadable);
    return rewrapped;
  }

  async #rewrap(
    secret: StoredSecret,
  ): Promise<'rewrapped' | 'unchanged' | 'unreadable'> {
    const { id, sealedSecrets } = secret;
    try {
      const to = this.#box.rewrap(sealedSecrets, placeOfSecrets(id));
      return to !== undefined &&
        (await this.#store.replaceSealedSecrets(id, sealedSecrets, to))
        ? 'rewrapped'
        : 'unchanged';
    } catch (error) {
      if (error instanceof SecretUnreadableError) {
        return 'unreadable';
      }
      throw error;
    }
  }

  /** Says what is new: it runs every minute. */
  #report(rewrapped: number, unreadable: StoredSecret[]): void {
    if (rewrapped > 0) {
      this.#logger.info(
        `Wrapped the secrets of ${rewrapped} connections with the key "${this.#box.currentKey}"`,
      );
    }
    const names = unreadable
      .map(({ id, name }) => `"${name}" (${id})`)
      .join(', ');
    if (names !== this.#reported && names !== '') {
      this.#logger.warn(
        `Left out when secrets were wrapped anew, since they do not open: those of the connections ${names}`,
      );
    }
    this.#reported = names;
  }

  #iso(ms: number): string {
    return new Date(ms).toISOString();
  }
}
