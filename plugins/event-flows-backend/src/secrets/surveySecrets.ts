import { placeOfSecrets } from '../connections/BrokerAccessReader';
import type {
  ConnectionsStore,
  StoredSecret,
} from '../connections/ConnectionsStore';
import {
  SecretUnreadableError,
  wrappingKeyOf,
  type SecretBox,
} from './SecretBox';

/** Rows read at a time: what a step of work costs the database. */
const BATCH = 50;

/** A connection's secrets, and whether they open. */
export interface SurveyedSecret {
  connectionId: string;
  /** Of the connection. */
  name: string;
  /** Id of the key that they need; absent if they are too damaged to tell. */
  keyId?: string;
  /** Why they do not open. */
  problem?: string;
}

/** All stored secrets, a batch at a time. */
export async function* batchesOfSecrets(
  store: Pick<ConnectionsStore, 'listSealedSecrets'>,
): AsyncGenerator<StoredSecret[]> {
  let after = '';
  for (;;) {
    const batch = await store.listSealedSecrets({ after, limit: BATCH });
    const last = batch.at(-1);
    if (!last) {
      return;
    }
    yield batch;
    after = last.id;
  }
}

/** Looks whether each stored secret opens. Nothing is decrypted but data keys. */
export async function surveySecrets(
  store: Pick<ConnectionsStore, 'listSealedSecrets'>,
  box: SecretBox,
): Promise<SurveyedSecret[]> {
  const surveyed: SurveyedSecret[] = [];
  for await (const batch of batchesOfSecrets(store)) {
    surveyed.push(...batch.map(secret => survey(secret, box)));
  }
  return surveyed;
}

function survey(secret: StoredSecret, box: SecretBox): SurveyedSecret {
  const { id, name, sealedSecrets } = secret;
  const keyId = unreadable(() => wrappingKeyOf(sealedSecrets));
  const check = unreadable(() => box.check(sealedSecrets, placeOfSecrets(id)));
  return {
    connectionId: id,
    name,
    ...(typeof keyId === 'string' && { keyId }),
    ...(check instanceof SecretUnreadableError && { problem: check.message }),
  };
}

function unreadable<T>(read: () => T): T | SecretUnreadableError {
  try {
    return read();
  } catch (error) {
    if (error instanceof SecretUnreadableError) {
      return error;
    }
    throw error;
  }
}
