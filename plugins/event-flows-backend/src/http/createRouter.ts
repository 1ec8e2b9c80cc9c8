import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  createOpenApiDocument,
  eventFlowsAdministrationPermissions,
} from '@event-flows/backstage-plugin-event-flows-common';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { createAccessRouter } from '../access/router';
import type { AccessService } from '../access/AccessService';
import type { PublisherCopies } from '../access/PublisherCopies';
import type { ConnectionsService } from '../connections/ConnectionsService';
import { createConnectionsRouter } from '../connections/router';
import type { DeadLettersService } from '../deadLetters/DeadLettersService';
import { createDeadLettersRouter } from '../deadLetters/router';
import type { HistoryService } from '../history/HistoryService';
import type { Authorizer } from '../permissions/Authorizer';
import type { DecisionsService } from '../queues/DecisionsService';
import type { QueuesService } from '../queues/QueuesService';
import type { RecentChanges } from '../queues/RecentChanges';
import type { RewindService } from '../queues/RewindService';
import { createQueuesRouter } from '../queues/router';
import type { RecordsService } from '../records/RecordsService';
import type { QueueMoves } from '../moves/QueueMoves';
import { createMovesRouter } from '../moves/router';
import type { ReceiptsService } from '../receipts/ReceiptsService';
import { createReceiptsRouter } from '../receipts/router';
import { createRecordsRouter } from '../records/router';
import { createSecretsRouter } from '../secrets/router';
import type { SecretsService } from '../secrets/SecretsService';
import type { CallerReader } from './callerOf';
import { createErrorHandler } from './errorHandler';

/** Holds the longest form: three PEM texts of 64 KiB and their escapes. */
const BODY_LIMIT = '512kb';

/** Everything below `/api/event-flows`. */
export function createRouter(options: {
  callerOf: CallerReader;
  authorizer: Authorizer;
  connections: ConnectionsService;
  access: AccessService;
  publisherCopies: PublisherCopies;
  queues: QueuesService;
  changes: RecentChanges;
  history: HistoryService;
  decisions: DecisionsService;
  rewinds: RewindService;
  moves: QueueMoves;
  records: RecordsService;
  receipts: ReceiptsService;
  deadLetters: DeadLettersService;
  secrets: SecretsService;
  logger: LoggerService;
  /** Of the plugin, for the description of the API. */
  version: string;
}): Router {
  const { callerOf, authorizer, connections, access } = options;
  const { queues, changes, history, decisions, rewinds } = options;
  const openApiDocument = createOpenApiDocument(options.version);

  const router = PromiseRouter();
  router.use(express.json({ limit: BODY_LIMIT }));
  router.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument);
  });
  router.get('/allowed', async (request, response) => {
    const { credentials } = await callerOf(request);
    const allowed = await authorizer.filterPermissions(
      credentials,
      eventFlowsAdministrationPermissions,
    );
    response.json({ items: [...allowed] });
  });
  router.use(createConnectionsRouter({ callerOf, connections }));
  router.use(
    createAccessRouter({
      ...{ callerOf, access, copies: options.publisherCopies },
    }),
  );
  router.use(
    createQueuesRouter({
      ...{ callerOf, queues, changes, history, decisions, rewinds },
    }),
  );
  router.use(createMovesRouter({ callerOf, moves: options.moves }));
  router.use(createRecordsRouter({ callerOf, records: options.records }));
  router.use(createReceiptsRouter({ callerOf, receipts: options.receipts }));
  router.use(
    createDeadLettersRouter({ callerOf, deadLetters: options.deadLetters }),
  );
  router.use(createSecretsRouter({ callerOf, secrets: options.secrets }));
  router.use(() => {
    throw new NotFoundError('The API has no such route; see /openapi.json');
  });
  router.use(createErrorHandler(options.logger));
  return router;
}
