import type { BrokerAdmin } from '@event-flows/engine';
import { AccessService } from '../access/AccessService';
import { PublisherCopies } from '../access/PublisherCopies';
import { TopicReader } from '../access/TopicReader';
import { CallLimiter } from '../connections/CallLimiter';
import type { ConnectionMonitor } from '../connections/ConnectionMonitor';
import { ConnectionsService } from '../connections/ConnectionsService';
import { LimitedAdmin } from '../connections/LimitedAdmin';
import { DeadLettersService } from '../deadLetters/DeadLettersService';
import { HistoryService } from '../history/HistoryService';
import { QueueMoves } from '../moves/QueueMoves';
import type { PauseClockReader } from '../pauseClocks/PauseClockReader';
import type { Caller } from '../permissions/Caller';
import { DeadLetterTopics } from '../queues/DeadLetterTopics';
import { DecisionsService } from '../queues/DecisionsService';
import { QueueGate } from '../queues/QueueGate';
import { QueueStart } from '../queues/QueueStart';
import { QueuesService } from '../queues/QueuesService';
import { RecentChanges } from '../queues/RecentChanges';
import { RewindService } from '../queues/RewindService';
import { ReceiptsService } from '../receipts/ReceiptsService';
import { RecordsService } from '../records/RecordsService';
import { TrialTargets } from '../records/TrialTargets';
import type { Delivery } from './delivery';
import type { Foundation } from './foundation';

/** How often people can have addresses of their choice dialled, on each replica. */
const CONNECTING_LIMITS = {
  maxConcurrent: 20,
  maxConcurrentPerCaller: 10,
  maxPerMinute: 60,
};

/**
 * How often people can have registered clusters asked, on each replica. An open
 * page asks twice in five seconds.
 */
const ASKING_LIMITS = {
  maxConcurrent: 60,
  maxConcurrentPerCaller: 20,
  maxPerMinute: 300,
};

/** What people can ask for and do, behind the routes. */
export function createServices(parts: {
  admin: BrokerAdmin;
  foundation: Foundation;
  delivery: Delivery;
  clocks: PauseClockReader;
  monitor: ConnectionMonitor;
}) {
  const { foundation, delivery, clocks, monitor } = parts;
  const { access, addressPolicy, authorizer, box, config } = foundation;
  const { directory, notifier, now, stores } = foundation;
  const { positions, publishers, openMoves } = stores;
  const { board, convergence, stops } = delivery;
  const limited = (limits: typeof ASKING_LIMITS) =>
    new LimitedAdmin(parts.admin, new CallLimiter({ ...limits, now }));
  const admin = limited(ASKING_LIMITS);
  const gate = new QueueGate({ store: stores.queues, authorizer });
  /** What most services about queues work with. */
  const common = { gate, access, admin, now };

  const connections = new ConnectionsService({
    store: stores.connections,
    admin: limited(CONNECTING_LIMITS),
    allowPlaintextPasswords: config.brokers.allowPlaintextPasswords,
    ...{ authorizer, box, convergence, now },
  });
  const deadLetterTopics = new DeadLetterTopics({
    ...{ queues: stores.queues, publishers, authorizer, access, admin },
  });
  const queues = new QueuesService({
    store: stores.queues,
    delivery: config.delivery,
    start: new QueueStart({
      ...{ queues: stores.queues, positions, access, admin, now },
    }),
    ...{ publishers, deadLetterTopics, openMoves, authorizer },
    ...{ directory, board, clocks, convergence, notifier, stops },
    ...{ addressPolicy, ...common },
  });
  const describe = (caller: Caller, id: string) => queues.get(caller, id);
  const targets = new TrialTargets({
    ...{ directory, addressPolicy, delivery: config.delivery },
  });
  return {
    connections,
    access: new AccessService({
      store: stores.access,
      queues: stores.queues,
      topics: new TopicReader({
        ...{ store: stores.connections, access, admin, monitor, now },
      }),
      ...{ connections, publishers, authorizer, directory },
      ...{ board, convergence, notifier, now },
    }),
    publisherCopies: new PublisherCopies({
      ...{ store: publishers, connections, authorizer, now },
    }),
    queues,
    changes: new RecentChanges({ gate, store: stores.changes }),
    history: new HistoryService({
      ...{ gate, store: stores.samples, attempts: stores.attempts, now },
    }),
    decisions: new DecisionsService({
      store: stores.decisions,
      ...{ gate, board, convergence, deadLetterTopics, describe, now },
    }),
    rewinds: new RewindService({
      queues: stores.queues,
      changes: stores.changes,
      ...{ positions, describe, ...common },
    }),
    moves: new QueueMoves({
      store: stores.moves,
      open: openMoves,
      connections: stores.connections,
      ...{ authorizer, convergence, describe, ...common },
    }),
    records: new RecordsService({ gate, targets, access, admin }),
    receipts: new ReceiptsService({
      ...{ gate, store: stores.receipts, rules: foundation.receiptRules },
    }),
    deadLetters: new DeadLettersService({
      marks: stores.deadLetterMarks,
      changes: stores.changes,
      ...{ targets, publishers, ...common },
    }),
  };
}
