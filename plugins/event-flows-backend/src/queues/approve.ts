import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import type { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { chooseVersion, type EndpointPolicy } from '../catalog/chooseVersion';
import { approvalOf, isRecreated, recreatedReason } from '../catalog/pins';
import type { Approval, QueueRecord } from './QueuesStore';

/**
 * What whoever enables a queue agrees to: where its requests go, by what the
 * catalog says to them now.
 *
 * @throws InputError if the version cannot be used
 * @throws ConflictError if it is not where the caller saw it, or another algorithm
 * was given access to the topic
 */
export async function approve(
  queue: QueueRecord,
  choice: {
    /** `latest` or an entity ref. */
    versionRef: string;
    /** Origin of the endpoint as the caller saw it. */
    origin?: string;
    directory: AlgorithmDirectory;
    policy: EndpointPolicy;
    credentials: BackstageCredentials;
  },
): Promise<Approval> {
  const { algorithmRef } = queue;
  const { versionRef, origin, directory, policy, credentials } = choice;
  const [versions, uids] = await Promise.all([
    directory.versionsOf([algorithmRef], credentials),
    directory.uidsOf([algorithmRef], credentials),
  ]);
  if (isRecreated(queue, uids.get(algorithmRef))) {
    throw new ConflictError(recreatedReason(algorithmRef));
  }
  const chosen = chooseVersion(
    versionRef,
    algorithmRef,
    versions.get(algorithmRef) ?? [],
    policy,
  );
  if ('problem' in chosen) {
    throw new InputError(`versionRef: ${chosen.problem}`);
  }
  const approval = approvalOf(versionRef, chosen.version);
  if (origin !== undefined && origin !== approval.origin) {
    throw new ConflictError(
      `The endpoint of ${chosen.version.ref} is at ${approval.origin} by now; look whether that is right, and try again`,
    );
  }
  return approval;
}
