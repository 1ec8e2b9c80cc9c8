/**
 * The plugin alone, in memory: `yarn start` in this folder, then for example
 *
 *   curl http://localhost:7007/api/event-flows/connections
 *
 * Everyone is the mock user, who administers. Connect the Kafka that
 * EVENT_FLOWS_DEV_BROKER names (default 127.0.0.1:9092); its records go to
 * EVENT_FLOWS_DEV_ENDPOINT (default http://127.0.0.1:7081/).
 */

import { randomBytes } from 'node:crypto';
import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';

const broker = process.env.EVENT_FLOWS_DEV_BROKER ?? '127.0.0.1:9092';
const endpoint =
  process.env.EVENT_FLOWS_DEV_ENDPOINT ?? 'http://127.0.0.1:7081/';

const backend = createBackend();

backend.add(
  mockServices.rootConfig.factory({
    data: {
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: 'http://localhost:7007',
        listen: ':7007',
        database: { client: 'better-sqlite3', connection: ':memory:' },
      },
      eventFlows: {
        administrators: ['user:default/mock'],
        brokers: { allow: [broker] },
        endpoints: { allow: [endpoint] },
        secrets: {
          keys: [{ id: 'dev', key: randomBytes(32).toString('base64') }],
        },
      },
    },
  }),
);
backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
backend.add(mockServices.userInfo.factory());
backend.add(
  catalogServiceMock.factory({
    entities: [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'sentiment', namespace: 'default' },
        spec: { type: 'algorithm', lifecycle: 'production', owner: 'mock' },
        relations: [{ type: 'ownedBy', targetRef: 'user:default/mock' }],
      },
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'sentiment-1-0-0',
          namespace: 'default',
          annotations: {
            'event-flows.io/version': '1.0.0',
            'event-flows.io/endpoint': endpoint,
          },
        },
        spec: {
          type: 'algorithm-version',
          lifecycle: 'production',
          owner: 'mock',
          subcomponentOf: 'component:default/sentiment',
        },
        relations: [
          { type: 'partOf', targetRef: 'component:default/sentiment' },
        ],
      },
    ],
  }),
);
backend.add(import('../src'));

backend.start();
