import { NotFoundError } from '@backstage/errors';
import {
  copyPublishersSchema,
  topicNameSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { CallerReader } from '../http/callerOf';
import { checkBody, parseId } from '../http/input';
import type { AccessService } from './AccessService';
import type { PublisherCopies } from './PublisherCopies';
import { updateAccessInputSchema } from './updateInput';

/** The routes of topics and of the access to them. */
export function createAccessRouter(options: {
  callerOf: CallerReader;
  access: AccessService;
  copies: PublisherCopies;
}): Router {
  const { callerOf, access, copies } = options;
  const router = PromiseRouter();

  router.get('/connections/:connectionId/topics', async (request, response) => {
    const caller = await callerOf(request);
    const id = parseId(request.params.connectionId, 'connection');
    response.json(await access.listTopics(caller, id));
  });

  router.get(
    '/connections/:connectionId/topics/:topic',
    async (request, response) => {
      const caller = await callerOf(request);
      response.json(await access.getTopic(caller, topicOf(request.params)));
    },
  );

  router.put(
    '/connections/:connectionId/topics/:topic/access',
    async (request, response) => {
      const caller = await callerOf(request);
      const topic = topicOf(request.params);
      const update = checkBody(updateAccessInputSchema, request);
      response.json(await access.update(caller, topic, update));
    },
  );

  router.post(
    '/connections/:connectionId/publishers',
    async (request, response) => {
      const caller = await callerOf(request);
      const id = parseId(request.params.connectionId, 'connection');
      const copy = checkBody(copyPublishersSchema, request);
      response.json({ items: await copies.copy(caller, id, copy) });
    },
  );

  return router;
}

function topicOf(params: { connectionId: string; topic: string }) {
  const topic = topicNameSchema.safeParse(params.topic);
  if (!topic.success) {
    throw new NotFoundError('There is no such topic');
  }
  return {
    connectionId: parseId(params.connectionId, 'connection'),
    topic: topic.data,
  };
}
