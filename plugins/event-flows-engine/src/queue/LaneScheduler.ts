/** Something that has to be done in the order of its lane. */
export interface LaneItem {
  readonly partition: number;
  /** Items of equal lanes wait for each other. */
  readonly lane: string;
}

type LaneState = 'ready' | 'busy' | 'held';

interface Lane<T> {
  readonly partition: number;
  readonly name: string;
  readonly items: T[];
  /** Index of the first item that is not finished. */
  head: number;
  state: LaneState;
}

/**
 * Decides what may begin now: at most one item of each lane, at most so many
 * items at once, lanes in the order in which they became ready. Holds no
 * timers and does nothing by itself.
 *
 * An item that `next` gave out has to come back by one of `finish` (it is
 * done), `hold` (it waits, and so does its lane, but not its place among the
 * items under way) or `giveBack` (it has not begun after all).
 */
export class LaneScheduler<T extends LaneItem> {
  readonly #lanes = new Map<string, Lane<T>>();
  #ready: Array<Lane<T>> = [];
  #readyHead = 0;
  #underWay = 0;

  constructor(private concurrency: number) {}

  /** Items that were given out and have not come back. */
  get underWay(): number {
    return this.#underWay;
  }

  add(item: T): void {
    const lane = this.#lanes.get(item.lane);
    if (lane) {
      lane.items.push(item);
      return;
    }
    const created: Lane<T> = {
      partition: item.partition,
      name: item.lane,
      items: [item],
      head: 0,
      state: 'ready',
    };
    this.#lanes.set(item.lane, created);
    this.#ready.push(created);
  }

  /** The item that may begin now, if there is one. */
  next(): T | undefined {
    if (this.#underWay >= this.concurrency) {
      return undefined;
    }
    while (this.#readyHead < this.#ready.length) {
      const lane = this.#ready[this.#readyHead];
      this.#readyHead += 1;
      if (this.#isReady(lane)) {
        lane.state = 'busy';
        this.#underWay += 1;
        this.#compactReady();
        return lane.items[lane.head];
      }
    }
    this.#compactReady();
    return undefined;
  }

  /** The item is done; its lane goes on. */
  finish(item: T): void {
    const lane = this.#take(item, 'busy');
    if (lane) {
      this.#advance(lane);
    }
  }

  /** The item waits, at the head of its lane. */
  hold(item: T): void {
    const lane = this.#take(item, 'busy');
    if (lane) {
      lane.state = 'held';
    }
  }

  /** Whether the item is at the head of its lane and not under way. */
  isWaiting(item: T): boolean {
    return (
      this.#laneOf(item, 'held') !== undefined ||
      this.#laneOf(item, 'ready') !== undefined
    );
  }

  /** Whether `next` would find an item, were there room for it. */
  get hasReady(): boolean {
    while (this.#readyHead < this.#ready.length) {
      if (this.#isReady(this.#ready[this.#readyHead])) {
        return true;
      }
      this.#readyHead += 1;
    }
    return false;
  }

  /** A waiting item is not to begin. */
  holdBack(item: T): void {
    const lane = this.#laneOf(item, 'ready');
    if (lane) {
      lane.state = 'held';
    }
  }

  /** A held item may begin again. */
  release(item: T): void {
    const lane = this.#laneOf(item, 'held');
    if (lane) {
      lane.state = 'ready';
      this.#ready.push(lane);
    }
  }

  /** A waiting item is done without having begun again; its lane goes on. */
  finishWaiting(item: T): void {
    const lane = this.#laneOf(item, 'held') ?? this.#laneOf(item, 'ready');
    if (lane) {
      this.#advance(lane);
    }
  }

  /** The item has not begun after all. Its lane comes last: it may be why. */
  giveBack(item: T): void {
    const lane = this.#take(item, 'busy');
    if (lane) {
      lane.state = 'ready';
      this.#ready.push(lane);
    }
  }

  /** Forgets everything of a partition. Items under way come back in vain. */
  drop(partition: number): void {
    for (const lane of this.#lanes.values()) {
      if (lane.partition === partition) {
        this.#lanes.delete(lane.name);
        if (lane.state === 'busy') {
          this.#underWay -= 1;
        }
      }
    }
  }

  /** A lane that was dropped, or that went on, may still be queued. */
  #isReady(lane: Lane<T>): boolean {
    return lane.state === 'ready' && this.#lanes.get(lane.name) === lane;
  }

  #take(item: T, state: LaneState) {
    const lane = this.#laneOf(item, state);
    if (lane) {
      this.#underWay -= 1;
    }
    return lane;
  }

  /** The lane that the item is at the head of, if that is its state. */
  #laneOf(item: T, state: LaneState) {
    const lane = this.#lanes.get(item.lane);
    return lane?.state === state && lane.items[lane.head] === item
      ? lane
      : undefined;
  }

  #advance(lane: Lane<T>) {
    lane.head += 1;
    if (lane.head === lane.items.length) {
      this.#lanes.delete(lane.name);
      return;
    }
    if (lane.head > 256 && lane.head * 2 > lane.items.length) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
    lane.state = 'ready';
    this.#ready.push(lane);
  }

  #compactReady() {
    if (this.#readyHead > 256 && this.#readyHead * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#readyHead);
      this.#readyHead = 0;
    }
  }
}
