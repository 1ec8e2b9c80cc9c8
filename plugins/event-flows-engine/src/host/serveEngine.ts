import type { MessagePort } from 'node:worker_threads';
import type { DeliveryEngine } from '../types';
import {
  toSentError,
  type EngineCalls,
  type HostMessage,
  type WorkerMessage,
} from './protocol';

type AnyCall = (...args: unknown[]) => Promise<unknown>;

/** Answers the calls that come in by messages with an engine of this thread. */
export function serveEngine(port: MessagePort, engine: DeliveryEngine): void {
  const { admin } = engine;
  const calls: EngineCalls = {
    apply: queues => engine.apply(queues),
    reports: () => engine.reports(),
    close: () => engine.close(),
    probe: (...args) => admin.probe(...args),
    topics: (...args) => admin.topics(...args),
    topic: (...args) => admin.topic(...args),
    ensurePositions: (...args) => admin.ensurePositions(...args),
    planMove: (...args) => admin.planMove(...args),
    movePositions: (...args) => admin.movePositions(...args),
    records: (...args) => admin.records(...args),
    latestPlaces: (...args) => admin.latestPlaces(...args),
    tryDelivery: (...args) => admin.tryDelivery(...args),
    deadLetters: (...args) => admin.deadLetters(...args),
    deadLetter: (...args) => admin.deadLetter(...args),
    purgeDeadLetters: (...args) => admin.purgeDeadLetters(...args),
    unread: (...args) => admin.unread(...args),
    groupMembers: (...args) => admin.groupMembers(...args),
  };
  const cancellations = new Map<number, AbortController>();
  const send = (message: WorkerMessage) => port.postMessage(message);

  const answer = async (message: HostMessage & { kind: 'call' }) => {
    const { id, name, args, options } = message;
    const cancellation = new AbortController();
    cancellations.set(id, cancellation);
    try {
      const call = calls[name] as AnyCall;
      const { signal } = cancellation;
      const value = await (options
        ? call(...args, { ...options, signal })
        : call(...args));
      send({ kind: 'result', id, value });
    } catch (error) {
      send({ kind: 'error', id, error: toSentError(error) });
    } finally {
      cancellations.delete(id);
    }
  };

  port.on('message', (message: HostMessage) => {
    if (message.kind === 'cancel') {
      cancellations.get(message.id)?.abort();
    } else {
      void answer(message);
    }
  });
}
