import type {
  Consumer,
  offsetCommitV9,
  offsetFetchV9,
} from '@platformatic/kafka';
import type { AssignedPartition, Position } from '../BrokerDriver';
import type { GroupCoordinator } from './GroupCoordinator';
import type { Library } from './library';

/** Before version 8 a request was for one group, and `groups` is empty. */
type OffsetFetchResponse = offsetFetchV9.OffsetFetchResponse & {
  topics?: offsetFetchV9.OffsetFetchResponseTopic[];
};

/** As whom positions are committed. */
type Member = Pick<Consumer, 'groupId' | 'generationId'> & { memberId: string };

/** Where reading of a partition begins. */
export interface StartPosition extends AssignedPartition {
  start: bigint;
}

/**
 * The positions of a group in a topic. The library's consumer can read and
 * commit them as well, but has no place for what stands beside them.
 */
export class GroupPositions {
  constructor(
    private readonly library: Library,
    private readonly coordinator: GroupCoordinator,
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {}

  /** The group's positions; without one, reading begins with the oldest record. */
  async read(partitions: number[]): Promise<StartPosition[]> {
    const { groupId } = this.consumer;
    if (partitions.length === 0) {
      return [];
    }
    const response = await this.coordinator.ask(async connection => {
      const api = await this.coordinator.getApi<
        offsetFetchV9.OffsetFetchRequest,
        OffsetFetchResponse
      >('OffsetFetch');
      const topics = [{ name: this.topic, partitionIndexes: partitions }];
      const group = { groupId, memberId: null, memberEpoch: -1, topics };
      return api.async(connection, [group], false);
    });
    const found = [
      ...(response.topics ?? []),
      ...response.groups.flatMap(group => group.topics),
    ].flatMap(fetched => fetched.partitions);
    const committed = new Map(
      found.map(entry => [entry.partitionIndex, entry]),
    );
    const oldest = found.some(isMissing)
      ? await this.#oldestOffsets(partitions)
      : [];
    return partitions.map(partition => {
      const entry = committed.get(partition);
      if (entry === undefined || isMissing(entry)) {
        const start = oldest[partition] ?? 0n;
        return { partition, committed: undefined, metadata: '', start };
      }
      const { committedOffset, metadata } = entry;
      return {
        partition,
        committed: committedOffset,
        metadata: metadata ?? '',
        start: committedOffset,
      };
    });
  }

  async commit(positions: Position[]): Promise<void> {
    // As it is now: what a later try commits must not look newer than it is.
    const { groupId, generationId, memberId } = this.consumer;
    if (memberId === null) {
      throw new Error('Only a member of the group can commit');
    }
    const member = { groupId, generationId, memberId };
    try {
      await this.#commit(member, positions);
    } catch (error) {
      if (!this.coordinator.isOneOf(error, ['OFFSET_METADATA_TOO_LARGE'])) {
        throw error;
      }
      // What stands beside a position is worth less than the position.
      await this.#commit(
        member,
        positions.map(p => ({ ...p, metadata: '' })),
      );
    }
  }

  async #commit(
    { groupId, generationId, memberId }: Member,
    positions: Position[],
  ): Promise<void> {
    await this.coordinator.ask(async connection => {
      const api = await this.coordinator.getApi<
        offsetCommitV9.OffsetCommitRequest,
        offsetCommitV9.OffsetCommitResponse
      >('OffsetCommit');
      const partitions = positions.map(({ partition, offset, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: -1,
        committedMetadata: metadata,
      }));
      await api.async(connection, groupId, generationId, memberId, null, [
        { name: this.topic, partitions },
      ]);
    });
  }

  async #oldestOffsets(partitions: number[]): Promise<bigint[]> {
    const offsets = await this.consumer.listOffsets({
      topics: [this.topic],
      partitions: { [this.topic]: partitions },
      timestamp: this.library.ListOffsetTimestamps.EARLIEST,
    });
    return offsets.get(this.topic) ?? [];
  }
}

/** Kafka answers -1 where the group has no position. */
function isMissing(entry: { committedOffset: bigint }): boolean {
  return entry.committedOffset < 0n;
}
