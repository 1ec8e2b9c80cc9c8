/**
 * Bytes of a record or of an answer; the beginning where there are many.
 *
 * @public
 */
export interface Excerpt {
  /** As many as are shown. */
  bytes: Uint8Array;
  /** Bytes of the whole. */
  size: number;
}

/**
 * Where a record lies in its topic.
 *
 * @public
 */
export interface RecordPlace {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
}

/**
 * A record as it lies in a topic.
 *
 * @public
 */
export interface TopicRecord {
  /** Number of the partition. */
  partition: number;
  /** As text: offsets are 64 bits wide. */
  offset: string;
  /** Milliseconds since the epoch; absent where the record has none. */
  timestamp?: number;
  /** Null: it has none. */
  key: Excerpt | null;
  /** Null: it has none, as a tombstone. */
  value: Excerpt | null;
  /** In order; names may repeat, and may be anything. */
  headers: Array<{ name: string; value: Excerpt }>;
  /** Headers that are not shown, because there are so many. */
  headersLeftOut: number;
}

/**
 * What came of one record that was sent to a version to try it.
 *
 * @public
 */
export interface DeliveryTrial {
  /** As it was sent. */
  request: {
    /** Without the query: it may hold what is nobody's business. */
    url: string;
    /** Names and values; those of the operator's credentials are masked. */
    headers: Array<{ name: string; value: string }>;
    /** Bytes of the body. */
    size: number;
  };
  /**
   * What a queue would do: count it as delivered, try it again, pause because
   * the endpoint has to be mended, or refuse the record.
   */
  outcome: 'delivered' | 'retried' | 'paused' | 'refused';
  /** Why it was not delivered. */
  reason?: string;
  /** Of the answer; absent where there was none. */
  status?: number;
  /** Milliseconds from the request to the end of the answer. */
  latencyMs: number;
  /** The body of the answer; absent where there was none. */
  answer?: Excerpt;
}
