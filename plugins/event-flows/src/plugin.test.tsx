import { renderTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { eventFlowsApiRef } from './api/eventFlowsApiRef';
import plugin from './index';
import { aConnection } from './__testUtils__/fixtures';
import { InMemoryEventFlows } from './__testUtils__/InMemoryEventFlows';

describe('the plugin in an app on the new frontend system', () => {
  it('shows the Queue manager at its path, below one header', async () => {
    renderTestApp({
      features: [plugin],
      initialRouteEntries: ['/queue-manager'],
      apis: [
        [
          eventFlowsApiRef,
          new InMemoryEventFlows({ connections: [aConnection()] }),
        ],
      ],
    });

    expect(
      await screen.findByRole('link', { name: 'orders-prod' }),
    ).toBeInTheDocument();
    expect(
      screen.getAllByRole('heading', { name: 'Queue manager' }),
    ).toHaveLength(1);
  });
});
