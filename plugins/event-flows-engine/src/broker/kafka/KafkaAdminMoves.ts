import type { Admin, Kafka } from 'kafkajs';
import type { RewindTo } from '@event-flows/backstage-plugin-event-flows-common';
import type { PartitionRange } from '../../types';
import { commitAsMember } from './commitAsMember';
import { countMembers } from './KafkaAdminPositions';

/** See `BrokerAdmin.planMove`. */
export async function planMove(
  admin: Admin,
  plan: { groupId: string; topic: string; to: RewindTo },
): Promise<PartitionRange[]> {
  const { groupId, topic, to } = plan;
  const [[committed], ends, since] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
    to.kind === 'timestamp'
      ? admin.fetchTopicOffsetsByTimestamp(topic, Date.parse(to.timestamp))
      : [],
  ]);
  const positions = offsetsOf(committed.partitions);
  const younger = offsetsOf(since);
  return ends
    .map(({ partition, low, high }) => {
      const position = positions.get(partition);
      const wanted = wantedOffset({
        ...{ to, partition, low, high, position },
        since: younger.get(partition),
      });
      return {
        ...{ partition, low, high },
        ...(position !== undefined && { position }),
        target: within(wanted, low, high),
      };
    })
    .sort((a, b) => a.partition - b.partition);
}

/** See `BrokerAdmin.movePositions`. */
export async function movePositions(
  { admin, kafka }: { admin: Admin; kafka: Kafka },
  move: {
    groupId: string;
    topic: string;
    positions: Array<{ partition: number; offset: string }>;
  },
): Promise<boolean> {
  const { groupId, topic, positions: offsets } = move;
  if ((await countMembers(admin, groupId)) > 0) {
    return false;
  }
  await commitAsMember(kafka, { groupId, topic, offsets });
  return true;
}

function wantedOffset(place: {
  to: RewindTo;
  partition: number;
  low: string;
  high: string;
  position: string | undefined;
  /** Of the first record that is young enough. */
  since: string | undefined;
}): string {
  const { to, partition, low, high, position, since } = place;
  switch (to.kind) {
    case 'earliest':
      return low;
    case 'latest':
      return high;
    case 'timestamp':
      return since ?? high;
    case 'offset':
      // Without a position it begins with what is kept, as it would anyway.
      return to.partition === partition ? to.offset : (position ?? low);
    default:
      return to satisfies never;
  }
}

function offsetsOf(
  partitions: ReadonlyArray<{ partition: number; offset: string }>,
): Map<number, string> {
  return new Map(
    partitions
      .filter(({ offset }) => BigInt(offset) >= 0n)
      .map(({ partition, offset }) => [partition, offset]),
  );
}

function within(offset: string, low: string, high: string): string {
  if (BigInt(offset) < BigInt(low)) {
    return low;
  }
  return BigInt(offset) > BigInt(high) ? high : offset;
}
