import { z } from 'zod';
import {
  allowedSchema,
  connectionSchema,
  copiedPublisherSchema,
  copyPublishersSchema,
  createConnectionSchema,
  deadLetterListSchema,
  decideHeldUpRecordSchema,
  dismissSchema,
  listDeadLettersSchema,
  listQueueTrendsSchema,
  listPlacesSchema,
  findReceiptsSchema,
  moveQueueSchema,
  peekSchema,
  purgeDeadLettersSchema,
  purgedDeadLettersSchema,
  receiptListSchema,
  previewRewindSchema,
  queueHistorySchema,
  queueSchema,
  queueTrendListSchema,
  redeliverSchema,
  recentChangeSchema,
  recordPlaceSchema,
  rewindPreviewSchema,
  rewindQueueSchema,
  topicRecordSchema,
  tryVersionSchema,
  versionTrialSchema,
  secretRotationSchema,
  topicDetailsSchema,
  topicListSchema,
  updateAccessSchema,
  updateQueueSchema,
} from './schemas';

/**
 * One operation of the HTTP API, as the OpenAPI description and the check
 * against the running router see it.
 *
 * @public
 */
export interface ApiRoute {
  /** HTTP method. */
  method: 'get' | 'post' | 'put' | 'delete';
  /** Path below the plugin's base URL, parameters in OpenAPI's braces. */
  path: string;
  /** Name of the method of the API client that calls it. */
  operationId: string;
  /** What it does, in a line. */
  summary: string;
  /** The body that it takes. */
  request?: z.ZodType;
  /** Status of success and its body; no schema: no body. */
  response: { status: 200 | 201 | 202 | 204; schema?: z.ZodType };
  /**
   * Statuses of refusal beside 400, 401 and 403, which all have, and 413, which
   * all have that take a body.
   */
  refusals?: Array<404 | 409 | 429 | 503>;
}

const itemsOf = (item: z.ZodType) => z.object({ items: z.array(item) });

/**
 * Every route of the API, once.
 *
 * @public
 */
export const apiRoutes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/allowed',
    operationId: 'getAllowed',
    summary: 'Names of the permissions of administration that the caller has',
    response: { status: 200, schema: allowedSchema },
  },
  {
    method: 'get',
    path: '/connections',
    operationId: 'getConnections',
    summary: 'The registered clusters',
    response: { status: 200, schema: itemsOf(connectionSchema) },
  },
  {
    method: 'post',
    path: '/connections',
    operationId: 'createConnection',
    summary: 'Connects to a cluster and, if that succeeds, registers it',
    request: createConnectionSchema,
    response: { status: 201, schema: connectionSchema },
    refusals: [409, 429],
  },
  {
    method: 'get',
    path: '/connections/{connectionId}',
    operationId: 'getConnection',
    summary: 'One registered cluster',
    response: { status: 200, schema: connectionSchema },
    refusals: [404],
  },
  {
    method: 'delete',
    path: '/connections/{connectionId}',
    operationId: 'deleteConnection',
    summary: 'Stops the queues of a cluster on every replica and forgets it',
    response: { status: 204 },
    refusals: [404, 503],
  },
  {
    method: 'get',
    path: '/connections/{connectionId}/topics',
    operationId: 'getTopics',
    summary: 'The topics of a cluster',
    response: { status: 200, schema: topicListSchema },
    refusals: [404, 429],
  },
  {
    method: 'get',
    path: '/connections/{connectionId}/topics/{topic}',
    operationId: 'getTopic',
    summary: 'One topic and the algorithms with access to it',
    response: { status: 200, schema: topicDetailsSchema },
    refusals: [404, 429],
  },
  {
    method: 'put',
    path: '/connections/{connectionId}/topics/{topic}/access',
    operationId: 'updateAccess',
    summary: 'Replaces the list of algorithms with access; removed queues stop',
    request: updateAccessSchema,
    response: { status: 200, schema: topicDetailsSchema },
    refusals: [404, 409, 429, 503],
  },
  {
    method: 'post',
    path: '/connections/{connectionId}/publishers',
    operationId: 'copyPublishers',
    summary:
      'Lets algorithms publish here wherever they may at another connection of the cluster',
    request: copyPublishersSchema,
    response: { status: 200, schema: itemsOf(copiedPublisherSchema) },
    refusals: [404, 409],
  },
  {
    method: 'get',
    path: '/algorithms/{kind}/{namespace}/{name}/queues',
    operationId: 'getAlgorithmQueues',
    summary: 'The queues of one algorithm',
    response: { status: 200, schema: itemsOf(queueSchema) },
    refusals: [404],
  },
  {
    method: 'get',
    path: '/queues',
    operationId: 'getQueues',
    summary: 'Every queue that the caller may see',
    response: { status: 200, schema: itemsOf(queueSchema) },
  },
  {
    method: 'post',
    path: '/queues/trends',
    operationId: 'listQueueTrends',
    summary: 'What queues did in the last hour, roughly, for lists of them',
    request: listQueueTrendsSchema,
    response: { status: 200, schema: queueTrendListSchema },
  },
  {
    method: 'get',
    path: '/queues/{queueId}',
    operationId: 'getQueue',
    summary: 'One queue',
    response: { status: 200, schema: queueSchema },
    refusals: [404],
  },
  {
    method: 'get',
    path: '/queues/{queueId}/history/{period}',
    operationId: 'getQueueHistory',
    summary: 'What a queue did in the last hour or day',
    response: { status: 200, schema: queueHistorySchema },
    refusals: [404],
  },
  {
    method: 'get',
    path: '/queues/{queueId}/changes',
    operationId: 'getQueueChanges',
    summary: 'Who changed a queue lately, and what; the latest first',
    response: { status: 200, schema: itemsOf(recentChangeSchema) },
    refusals: [404],
  },
  {
    method: 'put',
    path: '/queues/{queueId}',
    operationId: 'updateQueue',
    summary: 'Enables, edits or disables a queue',
    request: updateQueueSchema,
    response: { status: 200, schema: queueSchema },
    refusals: [404, 409, 429, 503],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/decisions',
    operationId: 'decideHeldUpRecord',
    summary: 'Tries a held-up record again now, skips it or dead-letters it',
    request: decideHeldUpRecordSchema,
    response: { status: 200, schema: queueSchema },
    refusals: [404, 409, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/move',
    operationId: 'moveQueue',
    summary: 'Moves a queue to another connection of the same cluster',
    request: moveQueueSchema,
    response: { status: 200, schema: queueSchema },
    refusals: [404, 409, 429, 503],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/peek',
    operationId: 'peek',
    summary: "Looks at records of the queue's topic; no position moves",
    request: peekSchema,
    response: { status: 200, schema: itemsOf(topicRecordSchema) },
    refusals: [404, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/places',
    operationId: 'listPlaces',
    summary:
      "Where the latest records of the queue's topic lie; no position moves",
    request: listPlacesSchema,
    response: { status: 200, schema: itemsOf(recordPlaceSchema) },
    refusals: [404, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/receipts',
    operationId: 'findReceipts',
    summary: 'What came of the latest attempts to deliver records',
    request: findReceiptsSchema,
    response: { status: 200, schema: receiptListSchema },
    refusals: [404],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/try',
    operationId: 'tryVersion',
    summary:
      'Sends one record to a version, as delivery would; no position moves',
    request: tryVersionSchema,
    response: { status: 200, schema: versionTrialSchema },
    refusals: [404, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/dead-letters',
    operationId: 'listDeadLetters',
    summary:
      "The queue's dead letters from the latest on, with what was done about them",
    request: listDeadLettersSchema,
    response: { status: 200, schema: deadLetterListSchema },
    refusals: [404, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/dead-letters/redeliver',
    operationId: 'redeliver',
    summary: 'Sends a dead letter to this algorithm alone, as it was',
    request: redeliverSchema,
    response: { status: 200, schema: versionTrialSchema },
    refusals: [404, 409, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/dead-letters/dismiss',
    operationId: 'dismiss',
    summary: 'Says that nothing is to be done about a dead letter',
    request: dismissSchema,
    response: { status: 204 },
    refusals: [404, 409, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/dead-letters/purge',
    operationId: 'purgeDeadLetters',
    summary:
      'Deletes from Kafka what was redelivered or dismissed, up to the first dead letter that was not',
    request: purgeDeadLettersSchema,
    response: { status: 200, schema: purgedDeadLettersSchema },
    refusals: [404, 409, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/rewind/preview',
    operationId: 'previewRewind',
    summary: 'What moving the position of a queue would mean, in records',
    request: previewRewindSchema,
    response: { status: 200, schema: rewindPreviewSchema },
    refusals: [404, 409, 429],
  },
  {
    method: 'post',
    path: '/queues/{queueId}/rewind',
    operationId: 'rewindQueue',
    summary: 'Moves the position of a queue that is disabled',
    request: rewindQueueSchema,
    response: { status: 200, schema: queueSchema },
    refusals: [404, 409, 429],
  },
  {
    method: 'get',
    path: '/secrets/rotation',
    operationId: 'getSecretRotation',
    summary:
      'Which keys wrap the stored secrets, and which secrets do not open',
    response: { status: 200, schema: secretRotationSchema },
  },
  {
    method: 'post',
    path: '/secrets/rotation',
    operationId: 'rotateSecrets',
    summary: 'Has the secrets of older keys wrapped with the current one, now',
    response: { status: 202, schema: secretRotationSchema },
    refusals: [409],
  },
];

const errorSchema = z.object({
  error: z.looseObject({
    name: z.string(),
    message: z.string(),
    /** Of a BrokerConnectionError. */
    reason: z.string().optional(),
  }),
});

const REFUSALS = {
  400: 'The input is not valid, or the cluster could not be connected',
  401: 'Nobody is signed in',
  403: 'The caller lacks the permission',
  404: 'There is no such thing, or the caller may not see it',
  409: 'It is not possible as things are: something else was saved in between, the name is taken, or what the message says',
  413: 'The body is too large',
  429: 'The caller has clusters asked too often; the header Retry-After says in how many seconds again',
  503: 'It is saved, and a replica has not confirmed in time that the queues have stopped',
} as const;

/**
 * The OpenAPI 3.1 description of the API, made from the same schemas that the
 * router checks its input with.
 *
 * @public
 */
export function createOpenApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of apiRoutes) {
    paths[route.path] ??= {};
    paths[route.path][route.method] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Event Flows',
      version,
      description: 'Delivers Kafka records to versions of algorithms.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/event-flows' }],
    security: [{ backstage: [] }],
    paths,
    components: {
      securitySchemes: {
        backstage: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Error: jsonSchema(errorSchema, 'output') },
    },
  };
}

function operationOf(route: ApiRoute): object {
  const { request, response } = route;
  const refusals = [
    ...([400, 401, 403] as const),
    ...(request ? ([413] as const) : []),
    ...(route.refusals ?? []),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...(request && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: jsonSchema(request, 'input') },
        },
      },
    }),
    responses: {
      [response.status]: {
        description: 'Done',
        ...(response.schema && {
          content: {
            'application/json': {
              schema: jsonSchema(response.schema, 'output'),
            },
          },
        }),
      },
      ...Object.fromEntries(
        refusals.map(status => [
          status,
          {
            description: REFUSALS[status],
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Error' },
              },
            },
          },
        ]),
      ),
    },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
