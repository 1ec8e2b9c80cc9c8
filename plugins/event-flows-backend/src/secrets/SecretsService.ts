import { ConflictError } from '@backstage/errors';
import {
  eventFlowsSecretRotatePermission,
  type SecretRotation as Progress,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ConnectionsStore } from '../connections/ConnectionsStore';
import type { Authorizer } from '../permissions/Authorizer';
import { audited, type Caller } from '../permissions/Caller';
import { requirePermissions } from '../permissions/rules';
import type { SecretBox } from './SecretBox';
import type { SecretRotation } from './SecretRotation';
import { surveySecrets, type SurveyedSecret } from './surveySecrets';

/** What administrators see and do of the keys of secrets. */
export class SecretsService {
  readonly #store: ConnectionsStore;
  readonly #authorizer: Authorizer;
  readonly #box: SecretBox;
  readonly #lostKeys: readonly string[];
  readonly #rotation: SecretRotation;
  readonly #trigger: () => Promise<void>;

  constructor(options: {
    store: ConnectionsStore;
    authorizer: Authorizer;
    box: SecretBox;
    lostKeys: readonly string[];
    rotation: SecretRotation;
    /** Has one of the replicas begin now; does nothing if one is at it. */
    trigger: () => Promise<void>;
  }) {
    this.#store = options.store;
    this.#authorizer = options.authorizer;
    this.#box = options.box;
    this.#lostKeys = options.lostKeys;
    this.#rotation = options.rotation;
    this.#trigger = options.trigger;
  }

  async progress(caller: Caller): Promise<Progress> {
    await requirePermissions(
      this.#authorizer,
      caller,
      eventFlowsSecretRotatePermission,
    );
    return this.#describe();
  }

  /** @throws ConflictError if there is no key to wrap with */
  rotate(caller: Caller): Promise<Progress> {
    const { currentKey } = this.#box;
    const action = {
      eventId: 'secrets-rotate',
      severityLevel: 'high',
      meta: currentKey === undefined ? {} : { currentKey },
    } as const;
    return audited(caller, action, async () => {
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsSecretRotatePermission,
      );
      if (currentKey === undefined) {
        throw new ConflictError(
          'There is no key to wrap secrets with; the operator must configure eventFlows.secrets.keys',
        );
      }
      await this.#trigger();
      return this.#describe();
    });
  }

  async #describe(): Promise<Progress> {
    const { currentKey } = this.#box;
    const secrets = await surveySecrets(this.#store, this.#box);
    const isDone = secrets.every(
      ({ keyId, problem }) => keyId === currentKey || problem !== undefined,
    );
    const obstacle = isDone ? undefined : await this.#rotation.obstacle();
    return {
      state: stateOf(isDone, obstacle),
      ...(obstacle !== undefined && { reason: obstacle }),
      ...(currentKey !== undefined && { currentKey }),
      keys: this.#keysOf(secrets),
      unreadable: secrets.flatMap(({ connectionId, name, problem }) =>
        problem === undefined ? [] : [{ connectionId, name, reason: problem }],
      ),
    };
  }

  #keysOf(secrets: SurveyedSecret[]): Progress['keys'] {
    const ids = new Set([
      ...this.#box.keyIds,
      ...secrets.flatMap(({ keyId }) => keyId ?? []),
    ]);
    return [...ids].map(id => ({
      id,
      status: this.#statusOf(id),
      secrets: secrets.filter(({ keyId }) => keyId === id).length,
    }));
  }

  #statusOf(id: string): Progress['keys'][number]['status'] {
    if (this.#box.keyIds.includes(id)) {
      return id === this.#box.currentKey ? 'current' : 'older';
    }
    return this.#lostKeys.includes(id) ? 'lost' : 'missing';
  }
}

function stateOf(
  isDone: boolean,
  obstacle: string | undefined,
): Progress['state'] {
  if (isDone) {
    return 'complete';
  }
  return obstacle === undefined ? 'pending' : 'waiting';
}
