import { withAdmin } from './clients';

const POSITIONS = '__consumer_offsets';

/**
 * The id of the broker that coordinates a consumer group: the leader of the
 * partition that the group's name belongs to, by the hash that Java has for text.
 */
export async function coordinatorOf(
  brokers: string[],
  groupId: string,
): Promise<number> {
  const { topics } = await withAdmin(brokers, admin =>
    admin.fetchTopicMetadata({ topics: [POSITIONS] }),
  );
  const [{ partitions }] = topics;
  const number = (javaHash(groupId) & 0x7fffffff) % partitions.length;
  const leader = partitions.find(({ partitionId }) => partitionId === number);
  if (!leader) {
    throw new Error(`${POSITIONS} has no partition ${number}`);
  }
  return leader.leader;
}

function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  }
  return hash;
}
