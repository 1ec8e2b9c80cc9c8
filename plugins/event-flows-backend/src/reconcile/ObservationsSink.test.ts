import type { Receipt } from '@event-flows/engine';
import { AttemptsKeeper } from '../history/AttemptsKeeper';
import type { AttemptsStore } from '../history/AttemptsStore';
import type { ReceiptsStore } from '../receipts/ReceiptsStore';
import { StoredObservations } from './ObservationsSink';

/** Databases that go away at a moment of the test's choice are stood in for. */
function setup() {
  const world = { now: 0, isAway: false };
  const offsets: string[] = [];
  const failed: number[] = [];
  const receipts: Pick<ReceiptsStore, 'add'> = {
    add: async added => {
      if (world.isAway) {
        throw new Error('the database is away');
      }
      offsets.push(...added.map(({ receipt }) => receipt.offset));
    },
  };
  const store: Pick<AttemptsStore, 'put'> = {
    put: async (_, steps) => {
      if (world.isAway) {
        throw new Error('the database is away');
      }
      failed.push(...steps.map(step => step.failed));
    },
  };
  const sink = new StoredObservations({
    receipts: receipts as ReceiptsStore,
    attempts: new AttemptsKeeper({
      ...{ store: store as AttemptsStore, now: () => world.now },
    }),
  });
  const take = (from: number, to: number) =>
    sink.take([
      {
        queueId: 'q',
        attempts: { failed: to - from, latencies: [] },
        receipts: Array.from(
          { length: to - from },
          (_, index) => ({ offset: `${from + index}` }) as Receipt,
        ),
      },
    ]);
  return { world, offsets, failed, sink, take };
}

describe('what a replica observes', () => {
  it('waits for a database that is away, once and in order', async () => {
    const { world, offsets, failed, sink, take } = setup();
    world.isAway = true;
    take(0, 150);
    await expect(sink.store()).rejects.toThrow('away');
    world.now = 60_000;
    take(150, 160);
    await expect(sink.store()).rejects.toThrow('away');
    world.isAway = false;
    await sink.store();
    await sink.store();
    expect(offsets).toEqual(Array.from({ length: 160 }, (_, i) => `${i}`));
    // By minute and by quarter of an hour.
    expect(failed).toEqual([150, 160, 10]);
  });

  it('does not wait without end', async () => {
    const { world, offsets, sink, take } = setup();
    world.isAway = true;
    take(0, 3_000);
    await expect(sink.store()).rejects.toThrow('away');
    world.isAway = false;
    await sink.close();
    expect(offsets).toHaveLength(2_000);
    expect(offsets.at(-1)).toBe('2999');
  });
});
