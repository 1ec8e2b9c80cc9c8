import fc from 'fast-check';
import { LaneScheduler, type LaneItem } from './LaneScheduler';

interface Item extends LaneItem {
  id: number;
}

describe('LaneScheduler', () => {
  it('keeps order in lanes and bounds what is under way, whatever happens', () => {
    const action = fc.record({
      kind: fc.constantFrom(
        'add',
        'add',
        'next',
        'next',
        'finish',
        'hold',
        'release',
        'finishHeld',
        'finishReady',
        'holdBack',
        'giveBack',
        'drop',
      ),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(action, { maxLength: 200 }),
        (concurrency, actions) => {
          const scheduler = new LaneScheduler<Item>(concurrency);
          // The model: what each lane still has to do, in order.
          const lanes = new Map<string, Item[]>();
          const underWay: Item[] = [];
          const held: Item[] = [];
          const take = (items: Item[], pick: number) =>
            items.splice(pick % items.length, 1)[0];
          const advance = ({ lane }: Item) => {
            const rest = (lanes.get(lane) ?? []).slice(1);
            lanes.set(lane, rest);
          };
          actions.forEach(({ kind, pick }, id) => {
            let isWrong = false;
            switch (kind) {
              case 'add': {
                const partition = pick % 2;
                const lane = `${partition}/${pick % 6}`;
                const item = { id, partition, lane };
                lanes.set(lane, [...(lanes.get(lane) ?? []), item]);
                scheduler.add(item);
                break;
              }
              case 'next': {
                const item = scheduler.next();
                const busy = new Set([...underWay, ...held].map(i => i.lane));
                const startable = [...lanes].filter(
                  ([lane, items]) => items.length > 0 && !busy.has(lane),
                );
                const canBegin =
                  underWay.length < concurrency && startable.length > 0;
                isWrong =
                  (item !== undefined) !== canBegin ||
                  (item !== undefined &&
                    (busy.has(item.lane) ||
                      item !== lanes.get(item.lane)?.[0]));
                if (item) {
                  underWay.push(item);
                }
                break;
              }
              case 'drop': {
                const partition = pick % 2;
                scheduler.drop(partition);
                for (const lane of lanes.keys()) {
                  if (lane.startsWith(`${partition}/`)) {
                    lanes.delete(lane);
                  }
                }
                for (const items of [underWay, held]) {
                  const lost = items.filter(i => i.partition === partition);
                  lost.forEach(item => {
                    items.splice(items.indexOf(item), 1);
                    // Comes back in vain.
                    scheduler.finish(item);
                  });
                }
                break;
              }
              case 'release':
                if (held.length > 0) {
                  scheduler.release(take(held, pick));
                }
                break;
              case 'finishHeld':
                if (held.length > 0) {
                  const item = take(held, pick);
                  scheduler.finishWaiting(item);
                  advance(item);
                }
                break;
              case 'finishReady':
              case 'holdBack': {
                const ready = [...lanes.values()]
                  .flatMap(items => items.slice(0, 1))
                  .filter(
                    item => !underWay.includes(item) && !held.includes(item),
                  );
                isWrong = scheduler.hasReady !== ready.length > 0;
                if (ready.length > 0) {
                  const item = take(ready, pick);
                  isWrong ||= !scheduler.isWaiting(item);
                  if (kind === 'holdBack') {
                    scheduler.holdBack(item);
                    held.push(item);
                  } else {
                    scheduler.finishWaiting(item);
                    advance(item);
                  }
                }
                break;
              }
              default:
                if (underWay.length > 0) {
                  const item = take(underWay, pick);
                  scheduler[kind as 'finish' | 'hold' | 'giveBack'](item);
                  if (kind === 'finish') {
                    advance(item);
                  } else if (kind === 'hold') {
                    held.push(item);
                  }
                }
            }
            expect(isWrong).toBe(false);
            expect(scheduler.underWay).toBe(underWay.length);
          });
        },
      ),
    );
  });

  it('takes lanes in turn', () => {
    const scheduler = new LaneScheduler<Item>(1);
    ['a', 'a', 'a', 'b', 'c'].forEach((lane, id) =>
      scheduler.add({ id, partition: 0, lane }),
    );
    const order: string[] = [];
    for (let item = scheduler.next(); item; item = scheduler.next()) {
      order.push(item.lane);
      scheduler.finish(item);
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'a']);
  });
});
