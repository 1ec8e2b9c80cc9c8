import { findReceiptsSchema } from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { ReceiptsService } from './ReceiptsService';

/** The route of receipts. */
export function createReceiptsRouter(options: {
  callerOf: CallerReader;
  receipts: ReceiptsService;
}): Router {
  const { callerOf, receipts } = options;
  const router = PromiseRouter();

  // Not a GET: a key that is looked for does not belong into logs of addresses.
  router.post('/queues/:queueId/receipts', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const find = checkBody(findReceiptsSchema, request);
    response.json(await receipts.find(caller, id, find));
  });

  return router;
}
