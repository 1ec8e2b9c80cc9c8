import catalogPlugin from '@backstage/plugin-catalog/alpha';
import type { Entity } from '@backstage/catalog-model';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { eventFlowsApiRef } from './api/eventFlowsApiRef';
import plugin from './index';
import { aConnection, aVersion, anAlgorithm } from './__testUtils__/fixtures';
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

  describe('on the page of an entity', () => {
    const service: Entity = {
      ...anAlgorithm('shop', 'Shop'),
      spec: { type: 'service', lifecycle: 'production', owner: 'shop' },
    };
    const openPage = (name: string) =>
      renderTestApp({
        features: [catalogPlugin, plugin],
        initialRouteEntries: [`/catalog/default/component/${name}`],
        apis: [
          [eventFlowsApiRef, new InMemoryEventFlows()],
          catalogApiMock({
            entities: [
              service,
              anAlgorithm('sentiment', 'Sentiment'),
              aVersion('sentiment', '1.1.0'),
            ],
          }),
        ],
      });

    // The catalog loads its page, and each card of it, only when it is opened.
    const findLoaded = (text: string) =>
      screen.findByText(text, {}, { timeout: 40_000 });

    it('shows the Queues tab and the Versions card of an algorithm', async () => {
      openPage('sentiment');

      expect(await findLoaded('1.1.0')).toBeInTheDocument();
      expect(screen.getByText('Versions')).toBeInTheDocument();
      expect(screen.getByRole('link', { name: 'Queues' })).toHaveAttribute(
        'href',
        '/catalog/default/component/sentiment/queues',
      );
    });

    it('shows neither of another component', async () => {
      openPage('shop');

      expect(await findLoaded('About')).toBeInTheDocument();
      expect(screen.queryByText('Versions')).not.toBeInTheDocument();
      expect(screen.getByRole('link', { name: 'Overview' })).toHaveAttribute(
        'href',
        '/catalog/default/component/shop',
      );
      expect(
        screen.queryByRole('link', { name: 'Queues' }),
      ).not.toBeInTheDocument();
    });
  });
});
