import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import type { SecretsService } from './SecretsService';

/** The routes of the keys of secrets. */
export function createSecretsRouter(options: {
  callerOf: CallerReader;
  secrets: SecretsService;
}): Router {
  const { callerOf, secrets } = options;
  const router = PromiseRouter();

  router.get('/secrets/rotation', async (request, response) => {
    response.json(await secrets.progress(await callerOf(request)));
  });

  router.post('/secrets/rotation', async (request, response) => {
    const caller = await callerOf(request);
    response.status(202).json(await secrets.rotate(caller));
  });

  return router;
}
