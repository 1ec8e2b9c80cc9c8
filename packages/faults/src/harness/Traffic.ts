import type { Random } from '@event-flows/demo';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import { createTopics } from '@event-flows/testbed';
import { DEAD_LETTER_TOPIC_CONFIG, DeadLetterReader } from './DeadLetterReader';
import { Ledger } from './Ledger';
import { usualAnswers } from './orderings';
import { SteadyProducer } from './SteadyProducer';
import type { World } from './World';

const PARTITIONS = 6;

/** The topics of a queue, who writes to the one and who reads the other, and what they write down. */
export class Traffic {
  /** Makes the topics; nothing is written yet. */
  static async open(
    { kafka }: World,
    options: {
      topic: string;
      /** Undefined: there is none. */
      deadLetterTopic: string | undefined;
      random: Random;
      ordering: Ordering;
    },
  ): Promise<Traffic> {
    const { topic, deadLetterTopic, random, ordering } = options;
    const brokers = kafka.direct;
    const replication = Math.min(3, kafka.nodes.length);
    const ledger = new Ledger();
    await createTopics(brokers, [
      { topic, partitions: PARTITIONS, replication },
    ]);
    const producer = await SteadyProducer.connect({
      ...{ brokers, topic, partitions: PARTITIONS, random },
      onAcknowledged: record => ledger.acknowledge(record),
    });
    producer.answers = usualAnswers(ordering, random);
    if (deadLetterTopic === undefined) {
      return new Traffic(ledger, producer);
    }
    const config = DEAD_LETTER_TOPIC_CONFIG;
    await createTopics(brokers, [
      { topic: deadLetterTopic, replication, config },
    ]);
    const deadLetters = await DeadLetterReader.start({
      ...{ brokers, topic: deadLetterTopic },
      onDeadLetter: record => ledger.deadLetter(record),
    });
    return new Traffic(ledger, producer, deadLetters);
  }

  private constructor(
    readonly ledger: Ledger,
    readonly producer: SteadyProducer,
    private readonly deadLetters?: DeadLetterReader,
  ) {}

  async close(): Promise<void> {
    await this.producer.close();
    await this.deadLetters?.stop();
  }
}
