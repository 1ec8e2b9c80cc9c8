import { setTimeout as delay } from 'node:timers/promises';
import { withAdmin } from '@event-flows/testbed';
import type { CommitSample } from './Ledger';

const EVERY_MS = 400;

/** Asks the cluster again and again for the positions that a queue has committed, and what stands beside them. */
export class CommitSampler {
  #running = true;
  readonly #ended: Promise<void>;

  constructor(
    private readonly options: {
      brokers: string[];
      topic: string;
      groupId: string;
      onSample: (sample: CommitSample) => void;
    },
  ) {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #run() {
    while (this.#running) {
      // A cluster with a fault does not answer; there is no sample then.
      await this.#sample().catch(() => {});
      await delay(EVERY_MS);
    }
  }

  async #sample() {
    const { brokers, topic, groupId, onSample } = this.options;
    const [answer] = await withAdmin(brokers, admin =>
      admin.fetchOffsets({ groupId, topics: [topic] }),
    );
    const at = Date.now();
    for (const { partition, offset, metadata } of answer.partitions) {
      if (Number(offset) >= 0) {
        onSample({
          ...{ at, partition, committed: Number(offset) },
          metadata: metadata ?? '',
        });
      }
    }
  }
}
