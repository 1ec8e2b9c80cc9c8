/** The topics that algorithms can publish their answers to, and their partitions. */
export const ANSWER_TOPICS = { 'review-scores': 3 };

/**
 * The topics for what could not be delivered, and their partitions. They have the
 * names that the portal suggests to whoever enables a queue.
 */
export const DEAD_LETTER_TOPICS = {
  'orders.dead-letters': 1,
  'reviews.dead-letters': 1,
  'sensor-readings.dead-letters': 1,
};

/** The topics of the demo's events and their partitions. */
export const TOPICS = {
  orders: 6,
  reviews: 3,
  'sensor-readings': 4,
} as const;

export type TopicName = keyof typeof TOPICS;

/** One event of the demo, before it is a Kafka record. */
export interface DemoEvent {
  topic: TopicName;
  /** Events with the same key keep their order. */
  key: string;
  value: object;
  /** Milliseconds since the epoch. */
  timestamp: number;
}

/** Makes the next event of one kind, as of that time. */
export type EventSource = (timestamp: number) => DemoEvent;
