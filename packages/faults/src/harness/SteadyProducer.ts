import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import type { Random } from '@event-flows/demo';
import type { RecordBody } from '../endpoint/protocol';
import type { AcknowledgedRecord } from './Ledger';

const EVERY_MS = 50;

/** Says what the endpoint shall answer to the first attempts at a record. */
export type Answers = (id: number) => number[] | undefined;

/** Writes numbered records with acks=all and tells of each that was acknowledged. */
export class SteadyProducer {
  /** Connects; nothing is written yet. */
  static async connect(options: {
    brokers: string[];
    topic: string;
    partitions: number;
    random: Random;
    onAcknowledged: (record: AcknowledgedRecord) => void;
  }): Promise<SteadyProducer> {
    const kafka = new Kafka({
      clientId: 'event-flows-faults',
      brokers: options.brokers,
      logLevel: logLevel.NOTHING,
      requestTimeout: 5_000,
      retry: { retries: 3, initialRetryTime: 100 },
    });
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      metadataMaxAge: 5_000,
    });
    await producer.connect();
    return new SteadyProducer(producer, options);
  }

  /** Partitions that records go to; may grow. */
  partitions: number;
  answers: Answers = () => undefined;
  #nextId = 1;
  #stop: (() => Promise<void>) | undefined;

  private constructor(
    private readonly producer: Producer,
    private readonly options: {
      topic: string;
      partitions: number;
      random: Random;
      onAcknowledged: (record: AcknowledgedRecord) => void;
    },
  ) {
    this.partitions = options.partitions;
  }

  /** Writes so many records a second until `pause`. */
  start(perSecond: number): void {
    let running = true;
    const ended = (async () => {
      const begun = performance.now();
      let written = 0;
      while (running) {
        const due = ((performance.now() - begun) / 1000) * perSecond;
        // After an outage the pace goes on; what was due meanwhile is not made up for.
        const count = Math.min(Math.floor(due - written), perSecond);
        written = Math.floor(due);
        // What fails was not acknowledged, and nobody may count on it.
        await this.write(count).catch(() => {});
        await delay(EVERY_MS);
      }
    })();
    this.#stop = () => {
      running = false;
      return ended;
    };
  }

  /** Ends `start`, once what is under way is acknowledged. */
  async pause(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  /** Writes so many records and resolves when they are acknowledged. */
  async write(count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => this.#nextId++);
    await this.send(
      ids.map(id =>
        toRecord({ id, answers: this.answers(id) }, { key: `key-${id % 50}` }),
      ),
    );
  }

  /** Writes one record to a place in the order, with what the endpoint answers to the first attempts. */
  async writeTo(
    lane: { partition: number; key: string },
    answers?: number[],
  ): Promise<AcknowledgedRecord> {
    const id = this.#nextId++;
    const [record] = await this.send([toRecord({ id, answers }, lane)]);
    return record;
  }

  /**
   * Writes these records, each to a partition by chance unless it names one.
   *
   * @returns those that were acknowledged, in their order
   */
  async send(
    records: { id?: number; message: Message }[],
  ): Promise<AcknowledgedRecord[]> {
    if (records.length === 0) {
      return [];
    }
    const { topic, random, onAcknowledged } = this.options;
    const placed = records.map(({ id, message }) => ({
      id,
      message: {
        partition: Math.floor(random() * this.partitions),
        ...message,
      },
    }));
    const answers = await this.producer.send({
      topic,
      acks: -1,
      timeout: 5_000,
      messages: placed.map(({ message }) => message),
    });
    const at = Date.now();
    const next = new Map(
      answers.map(({ partition, baseOffset }) => [
        partition,
        Number(baseOffset),
      ]),
    );
    const acknowledged: AcknowledgedRecord[] = [];
    for (const { id, message } of placed) {
      const { partition } = message;
      const offset = next.get(partition);
      if (offset !== undefined) {
        next.set(partition, offset + 1);
        const key = message.key?.toString();
        acknowledged.push({ partition, offset, id, key, at });
      }
    }
    acknowledged.forEach(onAcknowledged);
    return acknowledged;
  }

  async close(): Promise<void> {
    await this.pause();
    await this.producer.disconnect();
  }
}

function toRecord(
  body: RecordBody,
  lane: { partition?: number; key: string },
): { id: number; message: Message } {
  return {
    id: body.id,
    message: { ...lane, value: JSON.stringify(body) },
  };
}
