import type { Admin, Kafka } from 'kafkajs';
import type { StartFrom } from '@event-flows/backstage-plugin-event-flows-common';
import type { KnownPosition } from '../../types';
import type { Start } from '../BrokerDriver';
import { commitAsMember } from './commitAsMember';

/** Where a group should go on. */
export interface WantedPositions {
  groupId: string;
  topic: string;
  startFrom: StartFrom;
  known?: KnownPosition[];
  isFirst?: boolean;
}

type Ends = ReadonlyArray<{ partition: number; low: string; high: string }>;

/** Sets what is missing of a group's positions; see `BrokerAdmin.ensurePositions`. */
export async function setMissingPositions(
  { admin, kafka }: { admin: Admin; kafka: Kafka },
  { groupId, topic, startFrom, known = [], isFirst = false }: WantedPositions,
): Promise<boolean> {
  const [{ partitions }] = await admin.fetchOffsets({
    groupId,
    topics: [topic],
  });
  const unknown = partitions.filter(({ offset }) => Number(offset) < 0);
  const missing = isFirst ? partitions : unknown;
  const isNew = missing.length === partitions.length && known.length === 0;
  const ends = isNew ? [] : await admin.fetchTopicOffsets(topic);
  const unset = [...missing, ...outOfRange(partitions, ends)];
  if (unset.length === 0) {
    return true;
  }
  const isUnused = unknown.length === partitions.length && isNew;
  if (!isUnused && (await countMembers(admin, groupId)) > 0) {
    // The members read a partition without position from its beginning.
    return !isFirst;
  }
  const start = isNew ? startFrom : 'earliest';
  const usable = await usablePositions(admin, topic, known, missing, ends);
  const unsetIds = new Set(unset.map(({ partition }) => partition));
  const offsets = (await startOffsets(admin, topic, start))
    .filter(({ partition }) => unsetIds.has(partition))
    .map(({ partition, offset }) => ({
      partition,
      offset: usable.get(partition) ?? offset,
    }));
  await commitAsMember(kafka, { groupId, topic, offsets });
  return true;
}

/** Where partitions begin; see `DriverAdmin.startsOf`. */
export async function startsOfKnown(
  admin: Admin,
  topic: string,
  known: readonly KnownPosition[],
): Promise<Start[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const usable = await usablePositions(admin, topic, known, known, ends);
  const asked = new Set(known.map(({ partition }) => partition));
  return ends
    .filter(({ partition }) => asked.has(partition))
    .map(({ partition, low }) => ({
      partition,
      offset: BigInt(usable.get(partition) ?? low),
    }))
    .sort((a, b) => a.partition - b.partition);
}

/** Members of a consumer group, over all replicas. */
export async function countMembers(
  admin: Admin,
  groupId: string,
): Promise<number> {
  const { groups } = await admin.describeGroups([groupId]);
  return groups.reduce((sum, { members }) => sum + members.length, 0);
}

/** Of partitions that Kafka has no position of: what was kept elsewhere, and is in the topic. */
async function usablePositions(
  admin: Admin,
  topic: string,
  known: readonly KnownPosition[],
  missing: ReadonlyArray<{ partition: number }>,
  ends: Ends,
): Promise<Map<number, string>> {
  const asked = new Set(missing.map(({ partition }) => partition));
  const offsets = known
    .filter(({ partition }) => asked.has(partition))
    .map(({ partition, position, at }) => ({
      ...{ partition, offset: position, at },
    }));
  const gone = new Set(
    outOfRange(offsets, ends).map(({ partition }) => partition),
  );
  const usable = new Map<number, string>();
  const moments = Map.groupBy(offsets, ({ at }) => at);
  for (const [at, positions] of moments) {
    const younger = await firstSince(admin, topic, Date.parse(at));
    for (const { partition, offset } of positions) {
      if (!gone.has(partition)) {
        usable.set(partition, lower(offset, younger.get(partition)));
      }
    }
  }
  return usable;
}

/** By partition, the offset of the first record that is as young as this, else the end. */
async function firstSince(admin: Admin, topic: string, timeMs: number) {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timeMs);
  return new Map(offsets.map(({ partition, offset }) => [partition, offset]));
}

function lower(offset: string, other = offset): string {
  return BigInt(other) < BigInt(offset) ? other : offset;
}

/** Positions that the topic does not have: its records were deleted, or it is a new one. */
function outOfRange<T extends { partition: number; offset: string }>(
  positions: readonly T[],
  ends: Ends,
): T[] {
  const endsOf = new Map(ends.map(end => [end.partition, end]));
  return positions.filter(({ partition, offset }) => {
    const end = endsOf.get(partition);
    const position = BigInt(offset);
    return (
      position >= 0n &&
      end !== undefined &&
      (position < BigInt(end.low) || position > BigInt(end.high))
    );
  });
}

async function startOffsets(admin: Admin, topic: string, startFrom: StartFrom) {
  if (typeof startFrom === 'object') {
    const time = Date.parse(startFrom.timestamp);
    return admin.fetchTopicOffsetsByTimestamp(topic, time);
  }
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.map(({ partition, high, low }) => ({
    partition,
    offset: startFrom === 'latest' ? high : low,
  }));
}
