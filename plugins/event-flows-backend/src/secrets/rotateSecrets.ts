import type { LoggerService } from '@backstage/backend-plugin-api';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import type { ConnectionsStore } from '../connections/ConnectionsStore';
import type { SecretBox } from './SecretBox';

/**
 * Sees to it, at the start, that every stored secret opens, and wraps those of
 * older keys with the first key of the list. Several replicas can do so at the
 * same time: each replaces only what it has read.
 *
 * @throws Error naming the keys that stored secrets need and that are missing
 */
export async function rotateSecrets(options: {
  store: ConnectionsStore;
  box: SecretBox;
  logger: LoggerService;
}): Promise<void> {
  const { store, box, logger } = options;
  const secrets = await store.listSealedSecrets();
  const missing = new Set(
    secrets.flatMap(({ sealedSecrets }) => box.missingKey(sealedSecrets) ?? []),
  );
  if (missing.size > 0) {
    const names = [...missing].map(id => `"${id}"`).join(', ');
    throw new Error(
      `Stored secrets need the key ${names}, which is not in eventFlows.secrets.keys; add it again, behind the first key`,
    );
  }
  let rotated = 0;
  for (const { id, sealedSecrets } of secrets) {
    const rewrapped = box.rewrap(sealedSecrets, placeOfSecrets(id));
    if (rewrapped) {
      await store.replaceSealedSecrets(id, sealedSecrets, rewrapped);
      rotated += 1;
    }
  }
  if (rotated > 0) {
    logger.info(
      `Wrapped the secrets of ${rotated} connections with the first key of eventFlows.secrets.keys; older keys can be removed when every replica has the new list`,
    );
  }
}
