import fc from 'fast-check';
import { OffsetTracker, type TrackedOffset } from './OffsetTracker';

describe('OffsetTracker', () => {
  it('tells of the first record that is not done', () => {
    const tracker = new OffsetTracker(5n, [[5n, 6n]]);
    expect(tracker.first).toBe(undefined);
    expect(tracker.receive(5n, 100)).toBe(undefined);
    expect(tracker.first).toBe(undefined);
    const records = [6n, 8n].map(offset => tracker.receive(offset, 200));
    const [first, second] = records.filter(record => record !== undefined);
    expect(tracker.first).toEqual({ offset: 6n, timestamp: 200, done: false });
    tracker.complete(second);
    expect(tracker.first).toBe(first);
    tracker.complete(first);
    expect(tracker.first).toBe(undefined);
  });

  it('never goes beyond a record that is not done, and leaves none behind', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('receive' as const), gap: fc.nat(3) }),
      fc.record({ kind: fc.constant('advance' as const), gap: fc.nat(3) }),
      fc.record({ kind: fc.constant('complete' as const), pick: fc.nat() }),
      fc.record({ kind: fc.constant('receiveAgain' as const) }),
    );
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(step, { maxLength: 300 }),
        (start, steps) => {
          // Merging early, so that it happens at all.
          const tracker = new OffsetTracker(BigInt(start), [], 4);
          const open: TrackedOffset[] = [];
          let next = BigInt(start);
          let position = tracker.position;
          for (const action of steps) {
            let known: bigint | undefined;
            switch (action.kind) {
              case 'receive': {
                const offset = next + BigInt(action.gap);
                const tracked = tracker.receive(offset);
                open.push(tracked as TrackedOffset);
                next = offset + 1n;
                break;
              }
              case 'advance':
                next += BigInt(action.gap);
                tracker.advanceTo(next);
                break;
              case 'complete':
                if (open.length > 0) {
                  const [done] = open.splice(action.pick % open.length, 1);
                  tracker.complete(done);
                  tracker.complete(done);
                }
                break;
              default:
                known = next > BigInt(start) ? next - 1n : undefined;
            }
            const isNewsToIt =
              known !== undefined && tracker.receive(known) !== undefined;
            expect(isNewsToIt).toBe(false);
            // The model: the lowest record that is open, else whatever comes next.
            expect(tracker.position).toBe(open[0]?.offset ?? next);
            expect(tracker.pending).toBe(open.length);
            expect(tracker.next).toBe(next);
            expect(tracker.position >= position).toBe(true);
            position = tracker.position;
          }
        },
      ),
    );
  });

  it('tells the next owner what is done beyond the position, over and over', () => {
    const turn = fc.record({
      /** Offsets that have records, relative to the one before. */
      gaps: fc.array(fc.bigInt({ min: 1n, max: 4n }), { maxLength: 60 }),
      /** How many of them this owner receives, and which it completes. */
      received: fc.nat(60),
      completed: fc.array(fc.nat(), { maxLength: 60 }),
    });
    fc.assert(
      fc.property(
        fc.array(turn, { minLength: 1, maxLength: 5 }),
        ([first, ...others]) => {
          let offset = 10n;
          const records = first.gaps.map(gap => (offset += gap));
          const done = new Set<bigint>();
          let tracker = new OffsetTracker(10n, [], 4);
          for (const { received, completed } of [first, ...others]) {
            tracker = new OffsetTracker(
              ...([tracker.position, tracker.doneBeyond(), 4] as const),
            );
            const from = tracker.position;
            const open: TrackedOffset[] = [];
            const reach = records.filter(r => r >= from).slice(0, received);
            for (const record of reach) {
              const tracked = tracker.receive(record);
              expect(tracked === undefined).toBe(done.has(record));
              if (tracked) {
                open.push(tracked);
              }
            }
            for (const pick of completed) {
              if (open.length > 0) {
                const [picked] = open.splice(pick % open.length, 1);
                tracker.complete(picked);
                done.add(picked.offset);
              }
            }
            // Only the first may begin at the position itself.
            let end = tracker.position - 1n;
            for (const [begin, stop] of tracker.doneBeyond()) {
              expect(begin > end && stop > begin).toBe(true);
              end = stop;
            }
          }
        },
      ),
    );
  });

  it('remembers few of the many that are done behind one that is stuck', () => {
    const tracker = new OffsetTracker(0n);
    tracker.receive(0n);
    for (let offset = 1n; offset <= 200_000n; offset += 1n) {
      const tracked = tracker.receive(offset);
      if (tracked) {
        tracker.complete(tracked);
      }
    }
    expect(tracker.remembered).toBeLessThan(20_000);
    expect(tracker.doneBeyond()).toEqual([[1n, 200_001n]]);
    expect(tracker.position).toBe(0n);
  });

  it('does a million records in either order without growing slow', () => {
    const tracker = new OffsetTracker(0n);
    const started = performance.now();
    for (let round = 0; round < 100; round += 1) {
      const batch = Array.from({ length: 10_000 }, (_, index) =>
        tracker.receive(BigInt(round * 10_000 + index)),
      );
      for (const tracked of round % 2 ? batch : batch.reverse()) {
        tracker.complete(tracked as TrackedOffset);
      }
    }
    expect(tracker.position).toBe(1_000_000n);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
