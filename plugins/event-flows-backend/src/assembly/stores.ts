import type { Knex } from 'knex';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexPublishersStore } from '../access/PublishersStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexDeadLetterMarksStore } from '../deadLetters/DeadLetterMarksStore';
import { KnexAttemptsStore } from '../history/AttemptsStore';
import { KnexSamplesStore } from '../history/SamplesStore';
import { KnexIncidentsStore } from '../incidents/IncidentsStore';
import { KnexOpenMovesStore } from '../moves/OpenMovesStore';
import { KnexQueueMovesStore } from '../moves/QueueMovesStore';
import { KnexPauseClocksStore } from '../pauseClocks/PauseClocksStore';
import { KnexDecisionsStore } from '../queues/DecisionsStore';
import { KnexPinsStore } from '../queues/PinsStore';
import { KnexPositionsStore } from '../queues/PositionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexRecentChangesStore } from '../queues/RecentChangesStore';
import { KnexReceiptsStore } from '../receipts/ReceiptsStore';
import { KnexReplicasStore } from '../reconcile/ReplicasStore';
import { KnexSecretKeysStore } from '../secrets/SecretKeysStore';
import { KnexStallsStore } from '../stalls/StallsStore';

/** All that is in the plugin's database. */
export type Stores = ReturnType<typeof createStores>;

/** @param db - migrated */
export function createStores(db: Knex) {
  return {
    access: new KnexAccessStore(db),
    attempts: new KnexAttemptsStore(db),
    changes: new KnexRecentChangesStore(db),
    clocks: new KnexPauseClocksStore(db),
    connections: new KnexConnectionsStore(db),
    deadLetterMarks: new KnexDeadLetterMarksStore(db),
    decisions: new KnexDecisionsStore(db),
    incidents: new KnexIncidentsStore(db),
    keys: new KnexSecretKeysStore(db),
    moves: new KnexQueueMovesStore(db),
    openMoves: new KnexOpenMovesStore(db),
    pins: new KnexPinsStore(db),
    positions: new KnexPositionsStore(db),
    publishers: new KnexPublishersStore(db),
    queues: new KnexQueuesStore(db),
    receipts: new KnexReceiptsStore(db),
    replicas: new KnexReplicasStore(db),
    samples: new KnexSamplesStore(db),
    stalls: new KnexStallsStore(db),
  };
}
