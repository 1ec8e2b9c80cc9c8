import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ConnectionsStore } from '../connections/ConnectionsStore';
import type { SecretBox } from './SecretBox';
import type { SecretKeysStore } from './SecretKeysStore';
import { surveySecrets, type SurveyedSecret } from './surveySecrets';

/**
 * Sees to it, before anything runs, that the configured keys are those that
 * the stored secrets need. A single secret that does not open is no reason to
 * take the portal out of service: its connection is named in the log.
 *
 * @throws Error naming a key that stored secrets need and that is neither
 * configured nor declared lost, or one that has another value than before
 */
export async function checkKeys(options: {
  store: ConnectionsStore;
  keys: SecretKeysStore;
  box: SecretBox;
  /** Ids of keys that the operator has given up. */
  lostKeys: readonly string[];
  logger: LoggerService;
}): Promise<void> {
  const { store, keys, box, lostKeys, logger } = options;
  const secrets = await surveySecrets(store, box);
  const byKey = Map.groupBy(secrets, ({ keyId }) => keyId);
  throwIfMissing(byKey, box, lostKeys);
  await throwIfChanged(byKey, box, keys);
  for (const { name, connectionId, problem } of secrets) {
    if (problem !== undefined) {
      logger.warn(
        `The connection "${name}" (${connectionId}) cannot be used: ${problem}. Delete it and connect it anew, or restore it and its key`,
      );
    }
  }
}

type ByKey = Map<string | undefined, SurveyedSecret[]>;

function throwIfMissing(
  byKey: ByKey,
  box: SecretBox,
  lostKeys: readonly string[],
): void {
  const present = new Set([...box.keyIds, ...lostKeys]);
  for (const [id, secrets] of byKey) {
    if (id !== undefined && !present.has(id)) {
      throw new Error(
        `Stored secrets need the key "${id}", which is not in eventFlows.secrets.keys (${namesOf(secrets)}); add it again, behind the first key. If it is lost, name it in eventFlows.secrets.lostKeys: the portal then starts without these connections`,
      );
    }
  }
}

/** @throws Error also before the key's first use: others have seen it before */
async function throwIfChanged(
  byKey: ByKey,
  box: SecretBox,
  keys: SecretKeysStore,
): Promise<void> {
  const fingerprints = box.fingerprints();
  const known = await keys.known();
  for (const [id] of fingerprints) {
    const secrets = byKey.get(id) ?? [];
    const opensNone =
      secrets.length > 0 &&
      secrets.every(({ problem }) => problem !== undefined);
    // Sealed before fingerprints were kept.
    if (!known.has(id) && opensNone) {
      throw changed(id, secrets);
    }
  }
  const first = await keys.remember(fingerprints);
  for (const [id, fingerprint] of fingerprints) {
    if (first.get(id) !== fingerprint) {
      throw changed(id, byKey.get(id) ?? []);
    }
  }
}

function changed(id: string, secrets: SurveyedSecret[]): Error {
  const needed = secrets.length > 0 ? ` (${namesOf(secrets)})` : '';
  return new Error(
    `The key "${id}" in eventFlows.secrets.keys has another value than when this portal, or another replica of it, saw it first${needed}; restore the value, and give a new key an id of its own`,
  );
}

/** Names of connections, the first few of them. */
function namesOf(secrets: SurveyedSecret[]): string {
  const names = secrets.slice(0, 10).map(({ name }) => `"${name}"`);
  const more = secrets.length - names.length;
  return `${secrets.length === 1 ? 'connection' : 'connections'} ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
