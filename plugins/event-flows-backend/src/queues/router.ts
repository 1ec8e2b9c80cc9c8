import { NotFoundError } from '@backstage/errors';
import {
  decideHeldUpRecordSchema,
  entityRefSchema,
  listQueueTrendsSchema,
  normalizeEntityRef,
  previewRewindSchema,
  rewindQueueSchema,
  updateQueueSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import type { HistoryService } from '../history/HistoryService';
import { checkBody, parseId } from '../http/input';
import type { DecisionsService } from './DecisionsService';
import type { QueuesService } from './QueuesService';
import type { RecentChanges } from './RecentChanges';
import type { RewindService } from './RewindService';

/** The routes of queues. */
export function createQueuesRouter(options: {
  callerOf: CallerReader;
  queues: QueuesService;
  changes: RecentChanges;
  history: HistoryService;
  decisions: DecisionsService;
  rewinds: RewindService;
}): Router {
  const { callerOf, queues, changes, history, decisions, rewinds } = options;
  const router = PromiseRouter();

  router.get('/queues', async (request, response) => {
    const caller = await callerOf(request);
    response.json({ items: await queues.list(caller) });
  });

  // Not a GET: that many ids are longer than an address may be.
  router.post('/queues/trends', async (request, response) => {
    const caller = await callerOf(request);
    const list = checkBody(listQueueTrendsSchema, request);
    response.json(await history.trends(caller, list));
  });

  router.get('/queues/:queueId', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    response.json(await queues.get(caller, id));
  });

  router.get('/queues/:queueId/history/:period', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    response.json(await history.of(caller, id, request.params.period));
  });

  router.get('/queues/:queueId/changes', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    response.json({ items: await changes.of(caller, id) });
  });

  router.put('/queues/:queueId', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const update = checkBody(updateQueueSchema, request);
    response.json(await queues.update(caller, id, update));
  });

  router.post('/queues/:queueId/decisions', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const decision = checkBody(decideHeldUpRecordSchema, request);
    response.json(await decisions.decide(caller, id, decision));
  });

  router.post('/queues/:queueId/rewind/preview', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const to = checkBody(previewRewindSchema, request);
    response.json(await rewinds.preview(caller, id, to));
  });

  router.post('/queues/:queueId/rewind', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const rewind = checkBody(rewindQueueSchema, request);
    response.json(await rewinds.rewind(caller, id, rewind));
  });

  router.get(
    '/algorithms/:kind/:namespace/:name/queues',
    async (request, response) => {
      const caller = await callerOf(request);
      const algorithmRef = algorithmRefOf(request.params);
      const items = await queues.listOfAlgorithm(caller, algorithmRef);
      response.json({ items });
    },
  );

  return router;
}

function algorithmRefOf(params: {
  kind: string;
  namespace: string;
  name: string;
}): string {
  const { kind, namespace, name } = params;
  const ref = entityRefSchema.safeParse(`${kind}:${namespace}/${name}`);
  // Control characters are no part of a name, and no database takes all of them.
  if (!ref.success || /\p{Cc}/u.test(ref.data)) {
    throw new NotFoundError('There is no such algorithm');
  }
  return normalizeEntityRef(ref.data);
}
