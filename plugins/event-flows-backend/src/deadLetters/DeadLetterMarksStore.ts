import type {
  DeadLetterMark,
  RecordPlace,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';

/** Where a dead letter of a queue lies. */
export interface DeadLetterPlace extends RecordPlace {
  queueId: string;
  /** The dead-letter topic. */
  topic: string;
}

/** What was done about the letter at a place. */
export interface StoredMark extends DeadLetterMark {
  /** Which letter that was; absent: it was marked before letters had ids. */
  letterId?: string;
}

/** Keeps what people did about dead letters: Kafka cannot have them marked. */
export interface DeadLetterMarksStore {
  get(place: DeadLetterPlace): Promise<StoredMark | undefined>;
  ofTopic(
    place: Pick<DeadLetterPlace, 'queueId' | 'topic'>,
  ): Promise<Array<StoredMark & RecordPlace>>;
  /** Replaces what was noted before, also of another letter. */
  set(
    place: DeadLetterPlace,
    mark: DeadLetterMark & { letterId: string },
  ): Promise<void>;
  /** Of letters that lie before these places, and that the topic does not have any more. */
  removeBefore(
    topic: Pick<DeadLetterPlace, 'queueId' | 'topic'>,
    places: readonly RecordPlace[],
  ): Promise<void>;
}

interface MarkRow {
  queue_id: string;
  topic: string;
  partition: number;
  offset: string;
  state: DeadLetterMark['state'];
  at: string;
  by: string;
  letter_id: string | null;
}

/** {@link DeadLetterMarksStore} in the plugin's database. */
export class KnexDeadLetterMarksStore implements DeadLetterMarksStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async get(place: DeadLetterPlace): Promise<StoredMark | undefined> {
    const row = await this.#db<MarkRow>('dead_letter_marks')
      .where(keyOf(place))
      .first();
    return row && toMark(row);
  }

  async ofTopic({
    queueId,
    topic,
  }: Pick<DeadLetterPlace, 'queueId' | 'topic'>): Promise<
    Array<StoredMark & RecordPlace>
  > {
    const rows = await this.#db<MarkRow>('dead_letter_marks').where({
      queue_id: queueId,
      topic,
    });
    return rows.map(row => {
      const { partition, offset } = row;
      return { partition, offset, ...toMark(row) };
    });
  }

  async set(
    place: DeadLetterPlace,
    { letterId, ...mark }: DeadLetterMark & { letterId: string },
  ): Promise<void> {
    await this.#db<MarkRow>('dead_letter_marks')
      .insert({ ...keyOf(place), ...mark, letter_id: letterId })
      .onConflict(['queue_id', 'topic', 'partition', 'offset'])
      .merge();
  }

  async removeBefore(
    { queueId, topic }: Pick<DeadLetterPlace, 'queueId' | 'topic'>,
    places: readonly RecordPlace[],
  ): Promise<void> {
    for (const { partition, offset } of places) {
      await this.#db<MarkRow>('dead_letter_marks')
        .where({ queue_id: queueId, topic, partition })
        // They are kept as text, as offsets are 64 bits wide; so is what is compared.
        .whereRaw('CAST(?? AS BIGINT) < CAST(? AS BIGINT)', ['offset', offset])
        .delete();
    }
  }
}

function keyOf({ queueId, topic, partition, offset }: DeadLetterPlace) {
  return { queue_id: queueId, topic, partition, offset };
}

function toMark({ state, at, by, letter_id: letterId }: MarkRow): StoredMark {
  return { state, at, by, ...(letterId !== null && { letterId }) };
}
