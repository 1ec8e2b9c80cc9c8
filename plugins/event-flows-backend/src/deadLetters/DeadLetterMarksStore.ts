import type { DeadLetterMark } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';

/** Where a dead letter of a queue lies. */
export interface DeadLetterPlace {
  queueId: string;
  /** The dead-letter topic. */
  topic: string;
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
}

/** Keeps what people did about dead letters: Kafka cannot have them marked. */
export interface DeadLetterMarksStore {
  get(place: DeadLetterPlace): Promise<DeadLetterMark | undefined>;
  /** By `partition:offset`. */
  ofTopic(
    place: Pick<DeadLetterPlace, 'queueId' | 'topic'>,
  ): Promise<Map<string, DeadLetterMark>>;
  /** Replaces what was noted before. */
  set(place: DeadLetterPlace, mark: DeadLetterMark): Promise<void>;
}

interface MarkRow {
  queue_id: string;
  topic: string;
  partition: number;
  offset: string;
  state: DeadLetterMark['state'];
  at: string;
  by: string;
}

/** {@link DeadLetterMarksStore} in the plugin's database. */
export class KnexDeadLetterMarksStore implements DeadLetterMarksStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async get(place: DeadLetterPlace): Promise<DeadLetterMark | undefined> {
    const row = await this.#db<MarkRow>('dead_letter_marks')
      .where(keyOf(place))
      .first();
    return row && toMark(row);
  }

  async ofTopic({
    queueId,
    topic,
  }: Pick<DeadLetterPlace, 'queueId' | 'topic'>): Promise<
    Map<string, DeadLetterMark>
  > {
    const rows = await this.#db<MarkRow>('dead_letter_marks').where({
      queue_id: queueId,
      topic,
    });
    return new Map(
      rows.map(row => [`${row.partition}:${row.offset}`, toMark(row)]),
    );
  }

  async set(place: DeadLetterPlace, mark: DeadLetterMark): Promise<void> {
    await this.#db<MarkRow>('dead_letter_marks')
      .insert({ ...keyOf(place), ...mark })
      .onConflict(['queue_id', 'topic', 'partition', 'offset'])
      .merge();
  }
}

function keyOf({ queueId, topic, partition, offset }: DeadLetterPlace) {
  return { queue_id: queueId, topic, partition, offset };
}

function toMark({ state, at, by }: MarkRow): DeadLetterMark {
  return { state, at, by };
}
