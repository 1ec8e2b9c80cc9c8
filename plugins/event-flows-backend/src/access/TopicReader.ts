import {
  BrokerConnectionError,
  type BrokerConnectionReason,
  brokerConnectionReasonOf,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { TopicConfig, TopicInfo } from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { ConnectionMonitor } from '../connections/ConnectionMonitor';
import type { ConnectionsStore } from '../connections/ConnectionsStore';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Caller } from '../permissions/Caller';
import { SecretUnreadableError } from '../secrets/SecretBox';

/** Milliseconds that a cluster gets to answer. */
const TIMEOUT_MS = 10_000;

/** Why a cluster could not be asked. */
export interface Unreachable {
  reason: BrokerConnectionReason;
  message: string;
}

/** What is known of the topics of a cluster. */
export interface TopicsReading {
  items: TopicInfo[];
  /** When the cluster told it; absent if it never did. */
  knownAt?: string;
  /** The cluster cannot be asked now. */
  unreachable?: Unreachable;
}

/** What is known of one topic. */
export interface TopicReading {
  /** Absent if the cluster has no such topic, or never told of it. */
  topic?: TopicInfo & TopicConfig;
  /** The cluster cannot be asked now. */
  unreachable?: Unreachable;
}

/**
 * Asks clusters for their topics, and remembers what they told last for the
 * times when they do not answer.
 */
export class TopicReader {
  readonly #store: ConnectionsStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #monitor: ConnectionMonitor;
  readonly #now: () => number;
  readonly #underWay = new Map<string, Promise<TopicsReading>>();

  constructor(options: {
    store: ConnectionsStore;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    monitor: ConnectionMonitor;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#monitor = options.monitor;
    this.#now = options.now;
  }

  /** Whoever asks while the cluster is being asked gets the same answer. */
  list(caller: Caller, connectionId: string): Promise<TopicsReading> {
    const underWay = this.#underWay.get(connectionId);
    if (underWay) {
      return underWay;
    }
    const reading = this.#list(caller, connectionId).finally(() =>
      this.#underWay.delete(connectionId),
    );
    this.#underWay.set(connectionId, reading);
    return reading;
  }

  async get(
    caller: Caller,
    connectionId: string,
    topic: string,
  ): Promise<TopicReading> {
    try {
      const access = await this.#access.get(connectionId);
      const admin = this.#admin.for(caller);
      const options = { signal: caller.signal, timeoutMs: TIMEOUT_MS };
      return { topic: await admin.topic(access, topic, options) };
    } catch (error) {
      const unreachable = toUnreachable(error);
      const known = await this.#store.getKnownTopics(connectionId);
      return {
        topic: known?.items.find(({ name }) => name === topic),
        unreachable,
      };
    }
  }

  async #list(caller: Caller, connectionId: string): Promise<TopicsReading> {
    try {
      const access = await this.#access.get(connectionId);
      const items = await this.#admin
        .for(caller)
        .topics(access, { timeoutMs: TIMEOUT_MS });
      const knownAt = new Date(this.#now()).toISOString();
      await this.#monitor.noteAnswer(connectionId, {});
      await this.#store.setKnownTopics(connectionId, { items, knownAt });
      return { items, knownAt };
    } catch (error) {
      const unreachable = toUnreachable(error);
      await this.#monitor.noteAnswer(connectionId, { error });
      const known = await this.#store.getKnownTopics(connectionId);
      return { ...(known ?? { items: [] }), unreachable };
    }
  }
}

/** @throws whatever is no answer of a cluster */
function toUnreachable(error: unknown): Unreachable {
  if (error instanceof SecretUnreadableError) {
    return { reason: 'authentication', message: error.message };
  }
  const reason = brokerConnectionReasonOf(error);
  if (!reason) {
    throw error;
  }
  const { message } = error as BrokerConnectionError;
  return { reason, message };
}
