import { InheritedRecords } from './InheritedRecords';
import type { QueueItem } from './QueueItem';

describe('InheritedRecords', () => {
  const blocked = {
    because: '422 from x',
    ...{ status: 422, versionRef: 'component:default/v1' },
  };
  const heldUp = [{ offset: 3n, attempts: 2, firstFailedAtMs: 5, blocked }];
  // Only what is looked at.
  const itemAt = (offset: bigint) =>
    ({
      ...{ record: { offset }, attempts: 0, isShownAsFailed: false },
    }) as QueueItem;

  it('goes on with a record where the others had left it', () => {
    const inherited = new InheritedRecords(heldUp, { isAnew: false });
    expect(inherited.receive(itemAt(2n))).toEqual(itemAt(2n));
    const item = inherited.receive(itemAt(3n));
    expect(item).toMatchObject({
      ...{ attempts: 2, firstFailedAtMs: 5, blockedBecause: '422 from x' },
      lastFailure: {
        ...{ reason: '422 from x', status: 422 },
        versionRef: 'component:default/v1',
      },
      isShownAsFailed: true,
    });
    expect(inherited.statesWith([])).toEqual(heldUp);
    inherited.forget(item);
    expect(inherited.statesWith([])).toEqual([]);
  });

  it('tries anew what was held up before the queue was changed, and owes its end', () => {
    const inherited = new InheritedRecords(heldUp, { isAnew: true });
    expect(inherited.statesWith([])).toEqual([]);
    expect(inherited.receive(itemAt(3n))).toEqual({
      ...itemAt(3n),
      isShownAsFailed: true,
    });
  });
});
