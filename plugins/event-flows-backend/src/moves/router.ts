import { moveQueueSchema } from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { QueueMoves } from './QueueMoves';

/** The route that moves queues. */
export function createMovesRouter(options: {
  callerOf: CallerReader;
  moves: QueueMoves;
}): Router {
  const { callerOf, moves } = options;
  const router = PromiseRouter();

  router.post('/queues/:queueId/move', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const move = checkBody(moveQueueSchema, request);
    response.json(await moves.move(caller, id, move));
  });

  return router;
}
