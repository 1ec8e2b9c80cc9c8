import { createConnectionSchema } from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { ConnectionsService } from './ConnectionsService';

/** The routes of connections. */
export function createConnectionsRouter(options: {
  callerOf: CallerReader;
  connections: ConnectionsService;
}): Router {
  const { callerOf, connections } = options;
  const router = PromiseRouter();

  router.get('/connections', async (request, response) => {
    const caller = await callerOf(request);
    response.json({ items: await connections.list(caller) });
  });

  router.post('/connections', async (request, response) => {
    const caller = await callerOf(request);
    const input = checkBody(createConnectionSchema, request);
    response.status(201).json(await connections.create(caller, input));
  });

  router.get('/connections/:connectionId', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.connectionId, 'connection');
    response.json(await connections.get(caller, id));
  });

  router.delete('/connections/:connectionId', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.connectionId, 'connection');
    await connections.delete(caller, id);
    response.status(204).end();
  });

  return router;
}
