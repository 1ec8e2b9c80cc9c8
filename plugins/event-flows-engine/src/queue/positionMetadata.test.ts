import fc from 'fast-check';
import type { OffsetRange } from './offsetRanges';
import {
  decodePositionMetadata,
  encodePositionMetadata,
  MAX_METADATA_BYTES,
  type HeldUpState,
} from './positionMetadata';

const positions = fc.bigInt({ min: 0n, max: 2n ** 62n });

/** Ranges that go up and do not touch, from distances and lengths. */
function rangesFrom(position: bigint, steps: Array<[bigint, bigint]>) {
  let end = position;
  return steps.map(([distance, length]): OffsetRange => {
    const from = end + distance;
    end = from + length;
    return [from, end];
  });
}

const heldUpStates = (position: bigint, count: number) =>
  fc.array(
    fc.record<HeldUpState>({
      offset: fc.bigInt({ min: position, max: position + 2n ** 31n }),
      attempts: fc.integer({ min: 0, max: 1000 }),
      firstFailedAtMs: fc.integer({ min: 0, max: 4e12 }),
      blocked: fc.option(
        fc.record({
          because: fc.string({ unit: 'binary', maxLength: 100 }),
          status: fc.option(fc.integer({ min: 200, max: 599 }), {
            nil: undefined,
          }),
          versionRef: fc.string({ unit: 'binary', maxLength: 100 }),
        }),
        { nil: undefined },
      ),
    }),
    { maxLength: count },
  );

const metadata = (counts: { ranges: number; heldUp: number }) =>
  positions.chain(position =>
    fc.record({
      position: fc.constant(position),
      revision: fc.nat(),
      done: fc
        .array(
          fc.tuple(
            fc.bigInt({ min: 1n, max: 5_000n }),
            fc.bigInt({ min: 1n, max: 5_000n }),
          ),
          { maxLength: counts.ranges },
        )
        .map(steps => rangesFrom(position, steps)),
      heldUp: heldUpStates(position, counts.heldUp),
    }),
  );

describe('positionMetadata', () => {
  it('comes back as it was, where it fits', () => {
    fc.assert(
      fc.property(
        metadata({ ranges: 40, heldUp: 5 }),
        ({ position, ...known }) => {
          fc.pre(known.done.length + known.heldUp.length > 0);
          const text = encodePositionMetadata(position, known);
          expect(decodePositionMetadata(position, text)).toEqual(known);
        },
      ),
    );
  });

  it('is never longer than Kafka takes, and leaves out only the last', () => {
    fc.assert(
      fc.property(
        metadata({ ranges: 3_000, heldUp: 300 }),
        ({ position, ...known }) => {
          const text = encodePositionMetadata(position, known);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(
            MAX_METADATA_BYTES,
          );
          const kept = decodePositionMetadata(position, text);
          expect(kept?.done ?? []).toEqual(
            known.done.slice(0, kept?.done.length ?? 0),
          );
          expect(kept?.heldUp ?? []).toEqual(
            known.heldUp.slice(0, kept?.heldUp.length ?? 0),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says nothing of what lies before the position, as nobody could read it', () => {
    const heldUp = [{ offset: 4n, attempts: 1, firstFailedAtMs: 0 }].map(
      state => ({ ...state, blocked: undefined }),
    );
    const known = { revision: 3, done: [[7n, 8n] as const], heldUp };
    const text = encodePositionMetadata(5n, known);
    expect(decodePositionMetadata(5n, text)).toEqual({ ...known, heldUp: [] });
    expect(encodePositionMetadata(5n, { ...known, done: [] })).toBe('');
  });

  it('is empty where there is nothing to say', () => {
    expect(
      encodePositionMetadata(5n, { revision: 3, done: [], heldUp: [] }),
    ).toBe('');
  });

  it('cuts a long reason', () => {
    const heldUp = [
      {
        offset: 5n,
        attempts: 1,
        firstFailedAtMs: 0,
        blocked: {
          ...{ because: 'why '.repeat(1000), status: 422 },
          versionRef: 'component:default/v1',
        },
      },
    ];
    const text = encodePositionMetadata(5n, { revision: 3, done: [], heldUp });
    expect(decodePositionMetadata(5n, text)?.heldUp[0].blocked).toEqual({
      because: expect.stringMatching(/^(why )+.{0,3}…$/),
      ...{ status: 422, versionRef: 'component:default/v1' },
    });
  });

  it('takes nothing for its own that is not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(decodePositionMetadata(5n, text)).toBeUndefined();
      }),
    );
    for (const text of [
      '',
      '{"v":2,"r":1,"d":"","h":[]}',
      '{"v":1,"r":1,"d":"","h":[[1]]}',
      '{"v":1,"r":1,"d":"","h":[[1,2,"3"]]}',
      '{"v":1,"r":1,"d":"","h":[[1,2,3,"no","422"]]}',
      '{"v":1,"r":"1","d":"","h":[]}',
      // No report takes a date as late, nobody tried as often, and no record lies before the position.
      '{"v":1,"r":1,"d":"","h":[[1,2,8640000000000001]]}',
      '{"v":1,"r":1,"d":"","h":[[1,2,253402300800000]]}',
      '{"v":1,"r":1,"d":"","h":[[1,9007199254740991,3]]}',
      '{"v":1,"r":1,"d":"","h":[[-1,2,3]]}',
    ]) {
      expect(decodePositionMetadata(5n, text)).toBeUndefined();
    }
  });
});
