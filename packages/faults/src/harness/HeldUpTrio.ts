import type {
  EventFlowsClient,
  HeldUpRecord,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import { isConflict } from './isConflict';
import type { AcknowledgedRecord, RecordHistory } from './Ledger';
import { readPositionMetadata } from './positionMetadata';
import type { Scene } from './Scene';

const ACTIONS = ['retry', 'skip', 'dead-letter'] as const;
/** The next attempt would succeed: whoever makes it without being told to is seen. */
const REFUSED_ONCE = [422];
/** Records of the same lane, which wait behind. */
const FOLLOWERS = 3;
const PATIENCE = { timeoutMs: 60_000, everyMs: 300 };

interface Member {
  action: (typeof ACTIONS)[number];
  record: AcknowledgedRecord;
  followers: AcknowledgedRecord[];
  /** As it was reported first. */
  reported: HeldUpRecord;
}

/** Three records that are blocked, each in a lane and a partition of its own: one for each thing that a person can decide. */
export class HeldUpTrio {
  /** Resolves when they are blocked, and when that is committed. */
  static async block(scene: Scene): Promise<HeldUpTrio> {
    const members: Member[] = [];
    const partitions = shuffled(scene);
    for (const [index, action] of ACTIONS.entries()) {
      const lane = {
        partition: partitions[index],
        key: `${action}-${scene.happenings.length}`,
      };
      if (scene.ordering === 'partition') {
        scene.blocked.add(lane.partition);
      }
      const { producer } = scene.flow;
      const record = await producer.writeTo(lane, REFUSED_ONCE);
      const followers: AcknowledgedRecord[] = [];
      for (let count = 0; count < FOLLOWERS; count++) {
        followers.push(await producer.writeTo(lane));
      }
      const reported = await waitUntil(() => findBlocked(scene, record), {
        ...PATIENCE,
        what: `the refused record ${placeOf(record)} to be blocked`,
      });
      members.push({ action, record, followers, reported });
    }
    const trio = new HeldUpTrio(scene, members);
    await waitUntil(() => members.every(member => trio.#isCommitted(member)), {
      ...PATIENCE,
      what: 'blocked records to be committed',
    });
    return trio;
  }

  private constructor(
    private readonly scene: Scene,
    private readonly members: readonly Member[],
  ) {}

  /**
   * They are still blocked, by the same attempt.
   *
   * @throws Error if they are not
   */
  async assertUnchanged(): Promise<void> {
    await this.scene.flow.refresh();
    for (const member of this.members) {
      const { record, reported } = member;
      const now = await waitUntil(() => findBlocked(this.scene, record), {
        ...PATIENCE,
        what: `the record ${placeOf(record)} to be blocked still`,
      });
      const { requests } = this.#historyOf(record);
      if (
        requests !== 1 ||
        now.attempts !== reported.attempts ||
        now.firstFailedAt !== reported.firstFailedAt ||
        now.reason !== reported.reason ||
        !this.#isCommitted(member)
      ) {
        throw new Error(
          `The blocked record ${placeOf(record)} was ${JSON.stringify(reported)} and is ${JSON.stringify(now)} after ${requests} requests`,
        );
      }
    }
  }

  /** Says at a backend what is to become of each. */
  async decide(client: EventFlowsClient): Promise<void> {
    const { flow, blocked } = this.scene;
    for (const { action, record } of this.members) {
      if (action === 'skip') {
        flow.ledger.skip(record, Date.now());
      }
      await waitUntil(
        () =>
          flow.decide(record, action, client).then(
            () => true,
            // Nobody has the partition at the moment: a person looks again.
            error => (isConflict(error) ? false : Promise.reject(error)),
          ),
        { ...PATIENCE, what: `${action} to be taken` },
      );
    }
    blocked.clear();
  }

  /** Each is done and no longer reported, and its lane has gone on. */
  async isCarriedOut(): Promise<boolean> {
    const { flow } = this.scene;
    await flow.refresh();
    const reported = await flow.heldUp();
    return this.members.every(
      ({ action, record, followers }) =>
        !reported.some(isAbout(record)) &&
        isDoneBy(action, this.#historyOf(record)) &&
        followers.every(each => this.#historyOf(each).delivered),
    );
  }

  /**
   * @throws Error if more, or something else, was done than what was decided
   */
  assertAsDecided({ mayRepeat }: { mayRepeat: number }): void {
    for (const { action, record } of this.members) {
      const history = this.#historyOf(record);
      const { requests, deliveries, deadLetters } = history;
      const retries = action === 'retry' ? 1 + mayRepeat : 0;
      const letters = action === 'dead-letter' ? 1 + mayRepeat : 0;
      if (
        !isDoneBy(action, history) ||
        requests > 1 + retries ||
        deliveries > retries ||
        deadLetters > letters
      ) {
        throw new Error(
          `${action} of ${placeOf(record)} ended in ${requests} requests, ${deliveries} deliveries and ${deadLetters} dead letters`,
        );
      }
    }
  }

  #historyOf(record: AcknowledgedRecord): RecordHistory {
    return this.scene.flow.ledger.of(record);
  }

  /** Whoever gets the partition finds it beside the position. */
  #isCommitted({ record, reported }: Member): boolean {
    const sample = this.scene.flow.ledger.lastSample(record.partition);
    const heldUp = sample
      ? readPositionMetadata(sample.committed, sample.metadata).heldUp
      : [];
    return heldUp.some(
      each =>
        each.offset === record.offset &&
        each.isBlocked &&
        each.attempts === reported.attempts,
    );
  }
}

async function findBlocked(
  scene: Scene,
  record: AcknowledgedRecord,
): Promise<HeldUpRecord | undefined> {
  const reported = await scene.flow.heldUp();
  return reported.find(
    each => isAbout(record)(each) && each.phase === 'blocked',
  );
}

function isAbout({ partition, offset }: AcknowledgedRecord) {
  return (each: HeldUpRecord) =>
    each.partition === partition && each.offset === String(offset);
}

function isDoneBy(
  action: Member['action'],
  { delivered, deadLetters, skipped }: RecordHistory,
): boolean {
  switch (action) {
    case 'retry':
      return delivered !== undefined;
    case 'skip':
      return skipped !== undefined;
    default:
      return deadLetters > 0;
  }
}

function placeOf({ partition, offset }: AcknowledgedRecord): string {
  return `at partition ${partition}, offset ${offset}`;
}

/** The partitions of the topic in an order by the seed. */
function shuffled({ random, flow }: Scene): number[] {
  return Array.from({ length: flow.producer.partitions }, (_, partition) => ({
    partition,
    at: random(),
  }))
    .sort((a, b) => a.at - b.at)
    .map(({ partition }) => partition);
}
