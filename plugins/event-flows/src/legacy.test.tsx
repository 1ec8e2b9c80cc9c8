import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { TestApiProvider, renderInTestApp } from '@backstage/test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FlatRoutes } from '@backstage/core-app-api';
import { Route } from 'react-router-dom';
import {
  EntityQueuesContent,
  EntityVersionsCard,
  QueueManagerPage,
  eventFlowsApiRef,
  isAlgorithm,
} from './legacy';
import {
  aConnection,
  aQueue,
  aVersion,
  anAlgorithm,
} from './__testUtils__/fixtures';
import { InMemoryEventFlows } from './__testUtils__/InMemoryEventFlows';

const sentiment = anAlgorithm('sentiment', 'Sentiment');

describe('the plugin in an app on the legacy frontend system', () => {
  const apis = [
    [
      eventFlowsApiRef,
      new InMemoryEventFlows({
        connections: [aConnection()],
        queues: [aQueue()],
      }),
    ],
    [
      catalogApiRef,
      catalogApiMock({ entities: [aVersion('sentiment', '1.1.0')] }),
    ],
  ] as const;

  it('shows the Queue manager below a header of its own, and its pages', async () => {
    await renderInTestApp(
      <TestApiProvider apis={apis}>
        <FlatRoutes>
          <Route path="/queue-manager" element={<QueueManagerPage />} />
        </FlatRoutes>
      </TestApiProvider>,
      {
        routeEntries: ['/queue-manager'],
        mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      },
    );

    const link = await screen.findByRole('link', { name: 'orders-prod' });
    expect(
      screen.getByRole('heading', { name: 'Queue manager', level: 1 }),
    ).toBeInTheDocument();
    await userEvent.click(link);
    expect(
      await screen.findByRole('heading', { name: 'orders-prod', level: 1 }),
    ).toBeInTheDocument();
  });

  it('shows the queues and the versions of an algorithm', async () => {
    await renderInTestApp(
      <TestApiProvider apis={apis}>
        <EntityProvider entity={sentiment}>
          <FlatRoutes>
            <Route path="/queues" element={<EntityQueuesContent />} />
          </FlatRoutes>
          <EntityVersionsCard />
        </EntityProvider>
      </TestApiProvider>,
      {
        routeEntries: ['/queues'],
        mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      },
    );

    expect(
      await screen.findByRole('button', { name: 'Enable' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: '1.1.0' }),
    ).toBeInTheDocument();
  });

  it('says who gives queues, also where no page of the app does', async () => {
    const none = [eventFlowsApiRef, new InMemoryEventFlows({})] as const;
    await renderInTestApp(
      <TestApiProvider apis={[none, apis[1]]}>
        <EntityProvider entity={sentiment}>
          <FlatRoutes>
            <Route path="/queues" element={<EntityQueuesContent />} />
          </FlatRoutes>
        </EntityProvider>
      </TestApiProvider>,
      {
        routeEntries: ['/queues'],
        mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      },
    );
    expect(await screen.findByText('No queues yet')).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: 'Open the Queue manager' }),
    ).not.toBeInTheDocument();
  });

  it('knows algorithms by their type', () => {
    expect(isAlgorithm(sentiment)).toBe(true);
    expect(isAlgorithm(sentiment, 'model')).toBe(false);
    expect(isAlgorithm(aVersion('sentiment', '1.0.2'))).toBe(false);
  });
});
