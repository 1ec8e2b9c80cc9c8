import {
  listPlacesSchema,
  peekSchema,
  tryVersionSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { RecordsService } from './RecordsService';

/** The routes of records. */
export function createRecordsRouter(options: {
  callerOf: CallerReader;
  records: RecordsService;
}): Router {
  const { callerOf, records } = options;
  const router = PromiseRouter();

  router.post('/queues/:queueId/peek', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const peek = checkBody(peekSchema, request);
    response.json({ items: await records.peek(caller, id, peek) });
  });

  router.post('/queues/:queueId/places', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const list = checkBody(listPlacesSchema, request);
    response.json({ items: await records.listPlaces(caller, id, list) });
  });

  router.post('/queues/:queueId/try', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const attempt = checkBody(tryVersionSchema, request);
    response.json(await records.tryVersion(caller, id, attempt));
  });

  return router;
}
