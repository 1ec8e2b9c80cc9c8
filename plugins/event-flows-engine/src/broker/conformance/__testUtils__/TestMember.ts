import { waitUntil } from '@event-flows/testbed';
import type { BrokerAccess } from '../../../types';
import type {
  AssignedPartition,
  BrokerConsumer,
  BrokerDriver,
  BrokerRecord,
  ConsumerHandler,
  RecordBatch,
} from '../../BrokerDriver';

/** A member of a consumer group that remembers all that it is told. */
export class TestMember {
  readonly batches: RecordBatch[] = [];
  readonly assignments: AssignedPartition[][] = [];
  readonly lost: number[] = [];
  rebalances = 0;
  /** What the member does before the group is joined anew. */
  drain: () => Promise<void> = async () => {};
  readBytes = 1024 * 1024;
  /** How the member takes records over. */
  takeOver: ConsumerHandler['onRecords'] = () => {};
  #consumer: BrokerConsumer | undefined;

  static async join(
    driver: BrokerDriver,
    access: BrokerAccess,
    subscription: { groupId: string; topic: string },
    hooks: Partial<Pick<TestMember, 'drain' | 'readBytes'>> = {},
  ): Promise<TestMember> {
    const member = Object.assign(new TestMember(), hooks);
    const { signal } = new AbortController();
    member.#consumer = await driver.consume(
      access,
      subscription,
      member.#handler(),
      { signal },
    );
    return member;
  }

  get consumer(): BrokerConsumer {
    if (!this.#consumer) {
      throw new Error('The member has not joined');
    }
    return this.#consumer;
  }

  /** The partitions that it holds now, in order. */
  get held(): number[] {
    const current = this.assignments.at(-1) ?? [];
    return current.map(({ partition }) => partition).sort((a, b) => a - b);
  }

  get records(): BrokerRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  get values(): string[] {
    return this.records.map(({ value }) => String(value));
  }

  async waitForRecords(count: number): Promise<void> {
    await waitUntil(() => this.records.length >= count, {
      timeoutMs: 30_000,
      what: `${count} records`,
    });
  }

  async waitForHeld(count: number): Promise<void> {
    await waitUntil(() => this.held.length === count, {
      timeoutMs: 40_000,
      what: `${count} partitions`,
    });
  }

  #handler(): ConsumerHandler {
    return {
      onRebalancing: async () => {
        this.rebalances += 1;
        await this.drain();
      },
      onAssigned: assignment => void this.assignments.push(assignment),
      readBytes: () => this.readBytes,
      onRecords: batch => {
        this.batches.push(batch);
        this.takeOver(batch);
      },
      onPositionLost: partition => void this.lost.push(partition),
    };
  }
}
