import {
  dismissSchema,
  listDeadLettersSchema,
  purgeDeadLettersSchema,
  redeliverSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { DeadLettersService } from './DeadLettersService';

/** The routes of dead letters. */
export function createDeadLettersRouter(options: {
  callerOf: CallerReader;
  deadLetters: DeadLettersService;
}): Router {
  const { callerOf, deadLetters } = options;
  const router = PromiseRouter();

  router.post('/queues/:queueId/dead-letters', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.queueId, 'queue');
    const list = checkBody(listDeadLettersSchema, request);
    response.json(await deadLetters.list(caller, id, list));
  });

  router.post(
    '/queues/:queueId/dead-letters/redeliver',
    async (request, response) => {
      const caller = await callerOf(request);
      const id = parseId(request.params.queueId, 'queue');
      const redeliver = checkBody(redeliverSchema, request);
      response.json(await deadLetters.redeliver(caller, id, redeliver));
    },
  );

  router.post(
    '/queues/:queueId/dead-letters/dismiss',
    async (request, response) => {
      const caller = await callerOf(request);
      const id = parseId(request.params.queueId, 'queue');
      const dismiss = checkBody(dismissSchema, request);
      await deadLetters.dismiss(caller, id, dismiss);
      response.status(204).end();
    },
  );

  router.post(
    '/queues/:queueId/dead-letters/purge',
    async (request, response) => {
      const caller = await callerOf(request);
      const id = parseId(request.params.queueId, 'queue');
      const purge = checkBody(purgeDeadLettersSchema, request);
      response.json(await deadLetters.purge(caller, id, purge));
    },
  );

  return router;
}
