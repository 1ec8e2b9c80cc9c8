import { Kafka, logLevel, type Producer } from 'kafkajs';
import { TOPICS, type DemoEvent, type EventSource } from './DemoEvent';

const HISTORY_EVENTS = 3_000;
const HISTORY_MS = 60 * 60 * 1000;

/** Writes the demo's events to Kafka. */
export class EventProducer {
  static async connect(options: {
    brokers: string[];
    events: EventSource;
    onError: (error: unknown) => void;
  }): Promise<EventProducer> {
    const kafka = new Kafka({
      clientId: 'event-flows-demo',
      brokers: options.brokers,
      logLevel: logLevel.NOTHING,
    });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return new EventProducer(producer, options.events, options.onError);
  }

  #timer?: NodeJS.Timeout;

  private constructor(
    private readonly producer: Producer,
    private readonly events: EventSource,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Writes the past hour at once, so that the topics are not empty. Returns how many events that is. */
  async writeHistory(now: number): Promise<number> {
    const step = HISTORY_MS / HISTORY_EVENTS;
    const history = Array.from({ length: HISTORY_EVENTS }, (_, index) =>
      this.events(Math.round(now - HISTORY_MS + index * step)),
    );
    await this.#send(history);
    return history.length;
  }

  /** From now on, writes so many events each second. */
  startSteadily(perSecond: number) {
    this.#timer = setInterval(() => {
      this.#send([this.events(Date.now())]).catch(this.onError);
    }, 1000 / perSecond);
  }

  async stop() {
    clearInterval(this.#timer);
    await this.producer.disconnect();
  }

  async #send(events: DemoEvent[]) {
    const topicMessages = Object.keys(TOPICS)
      .map(topic => ({
        topic,
        messages: events
          .filter(event => event.topic === topic)
          .map(({ key, value, timestamp }) => ({
            key,
            value: JSON.stringify(value),
            timestamp: String(timestamp),
            headers: { 'content-type': 'application/json' },
          })),
      }))
      .filter(({ messages }) => messages.length > 0);
    await this.producer.sendBatch({ acks: -1, topicMessages });
  }
}
