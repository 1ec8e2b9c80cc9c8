import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerRecord } from '../broker/BrokerDriver';
import { HeldPartitions } from './HeldPartitions';
import { MemoryBudget } from './MemoryBudget';
import {
  encodePositionMetadata,
  type PositionMetadata,
} from './positionMetadata';
import type { QueueItem } from './QueueItem';

const MIB = 1024 * 1024;

/** What a queue of so many partitions holds, and what it asks of the broker. */
class World {
  readonly budget = new MemoryBudget();
  readonly calls: string[] = [];
  readonly items: QueueItem[] = [];
  readonly held: HeldPartitions;
  #next = 0n;

  constructor(partitions: number, concurrency = 16) {
    this.budget.addQueues(1);
    this.held = new HeldPartitions({
      settings: { ...defaultQueueSettings, concurrency },
      budget: this.budget,
      revision: () => 1,
      resume: partition => this.calls.push(`resume ${partition}`),
      pause: partition => this.calls.push(`pause ${partition}`),
      onLost: () => {},
    });
    this.held.assign(
      Array.from({ length: partitions }, (_, partition) => ({
        ...{ partition, committed: 0n, metadata: '' },
      })),
    );
    this.calls.length = 0;
  }

  /** Records of the first partition come in. */
  receive(count: number, bytes = 10) {
    const fetchedFrom = this.#next;
    const read = Buffer.alloc(Math.max(bytes, MIB));
    const records = Array.from({ length: count }, (_, i): BrokerRecord => ({
      ...{ partition: 0, offset: fetchedFrom + BigInt(i), timestamp: 0 },
      ...{ key: null, value: read.subarray(0, bytes), headers: [] },
    }));
    this.#next += BigInt(count);
    this.held.receive(
      {
        ...{ partition: 0, fetchedFrom, records },
        ...{ nextOffset: this.#next, highWatermark: this.#next },
      },
      item => this.items.push(item),
    );
  }

  /** The group is joined anew, and the first partition held on. */
  assign(committed: bigint, metadata: string) {
    this.#next = committed;
    this.held.assign([{ partition: 0, committed, metadata }]);
  }

  /** What a commit takes now of the first partition. */
  take() {
    return this.held.get(0)?.takePosition([], 1);
  }

  complete(count: number) {
    this.items.splice(0, count).forEach(item => this.held.complete(item));
  }
}

describe('HeldPartitions', () => {
  it('pauses a partition at once when it is full, and reads on before it is empty', () => {
    const world = new World(1);
    world.receive(2_999);
    expect(world.calls).toEqual([]);
    world.receive(5);
    world.receive(5);
    expect(world.calls).toEqual(['pause 0']);
    world.complete(1_508);
    expect(world.calls).toEqual(['pause 0']);
    world.complete(1);
    expect(world.calls).toEqual(['pause 0', 'resume 0']);
  });

  it('holds enough for all that may be under way', () => {
    const world = new World(2, 1_024);
    world.receive(4_095);
    expect(world.calls).toEqual([]);
    world.receive(1);
    expect(world.calls).toEqual(['pause 0']);
  });

  it('counts what is kept for a record beside its content', () => {
    const world = new World(1);
    world.receive(1_000, 0);
    expect(world.budget.bytes).toBe(1_000 * 1_024);
    world.complete(1_000);
    expect(world.budget.bytes).toBe(0);
  });

  it('keeps no more of a read than the records that are not done soon', () => {
    const world = new World(1);
    const kept = () =>
      world.items.map(({ record }) => record.value?.buffer.byteLength);
    world.receive(3);
    world.complete(1);
    world.receive(1);
    expect(kept()).toEqual([MIB, MIB, MIB]);
    world.receive(1);
    expect(kept()).toEqual([10, 10, MIB, MIB]);
    world.complete(4);
    expect(world.budget.bytes).toBe(0);
  });

  it('commits nothing of a partition whose position is lost: the topic may be another one', () => {
    const world = new World(1);
    world.receive(2);
    world.complete(1);
    const state = world.held.get(0);
    expect(state?.takePosition([], 1)).toMatchObject({ offset: 1n });
    Object.assign(state ?? {}, { isPositionLost: true });
    world.complete(1);
    expect(state?.takePosition([], 1)).toBeUndefined();
  });

  it('reads less at once the less may be held', () => {
    const world = new World(1);
    expect(world.held.readBytes).toBe(MIB);
    // So much of all partitions together, but never next to nothing.
    expect(new World(8).held.readBytes).toBe(MIB / 8);
    expect(new World(1_000).held.readBytes).toBe(MIB / 16);
    // All queues together hold so much that each gets a small part.
    world.budget.add(200 * MIB);
    for (let queues = 1; queues < 512; queues += 1) {
      world.budget.addQueues(1);
    }
    expect(world.held.readBytes).toBe(MIB / 4);
  });

  describe('of a partition that is stuck at its first record', () => {
    const others = (known: Partial<PositionMetadata>) =>
      encodePositionMetadata(0n, {
        revision: 1,
        done: [],
        heldUp: [],
        ...known,
      });

    /** A world that has done some behind it, and has told nobody. */
    function stuck() {
      const world = new World(1);
      world.receive(3);
      const [, ...done] = world.items;
      done.forEach(item => world.held.complete(item));
      world.items.length = 0;
      return world;
    }

    it('takes over what others have done behind it while it was away', () => {
      const world = stuck();
      const heldUp = {
        ...{ offset: 0n, attempts: 4, firstFailedAtMs: 1_000 },
        blocked: undefined,
      };
      world.assign(0n, others({ done: [[1n, 8n]], heldUp: [heldUp] }));
      world.receive(10);
      expect(
        world.items.map(({ record, attempts }) => [record.offset, attempts]),
      ).toEqual([
        [0n, 4],
        [8n, 0],
        [9n, 0],
      ]);
    });

    it('keeps what it knows where nobody else has committed anything', () => {
      const world = stuck();
      const first = world.take();
      // Each commit that fails may have reached Kafka.
      world.receive(1);
      world.held.complete(world.items[0]);
      world.items.length = 0;
      const second = world.take();
      expect(second).not.toEqual(first);
      const told = [first?.metadata, second?.metadata, ''];
      for (const metadata of told) {
        world.assign(0n, metadata ?? 'none was taken');
        world.receive(4);
        expect(world.items).toEqual([]);
      }
      world.assign(0n, first?.metadata ?? 'none was taken');
      world.receive(5);
      expect(world.items.map(({ record }) => record.offset)).toEqual([4n]);
    });
  });
});
