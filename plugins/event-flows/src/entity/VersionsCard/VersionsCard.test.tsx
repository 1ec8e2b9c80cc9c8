import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type { Entity } from '@backstage/catalog-model';
import { screen } from '@testing-library/react';
import { aVersion, anAlgorithm } from '../../__testUtils__/fixtures';
import { EntityVersionsCard } from './EntityVersionsCard';

function renderCard(entities: Entity[]) {
  renderInTestApp(
    <EntityProvider entity={anAlgorithm('sentiment', 'Sentiment')}>
      <EntityVersionsCard />
    </EntityProvider>,
    {
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      apis: [catalogApiMock({ entities })],
    },
  );
}

describe('the card of versions', () => {
  it('shows which is Latest, and what is wrong with the others', async () => {
    renderCard([
      aVersion('sentiment', '1.0.2'),
      aVersion('sentiment', '1.1.0'),
      aVersion('sentiment', '2.0.0', { endpoint: 'nowhere' }),
      aVersion('fraud-score', '9.0.0'),
    ]);

    expect(
      await screen.findByRole('row', { name: /1\.1\.0/ }),
    ).toHaveTextContent('1.1.0Latestproductionalgorithms.example.com');
    expect(screen.getByRole('row', { name: /^1\.0\.2/ })).not.toHaveTextContent(
      'Latest',
    );
    expect(screen.getByRole('row', { name: /2\.0\.0/ })).toHaveTextContent(
      /Cannot be chosen.*is not a URL/,
    );
    expect(screen.queryByText('9.0.0')).not.toBeInTheDocument();
  });

  it('marks deprecated ones, and only these', async () => {
    renderCard([
      aVersion('sentiment', '1.1.0'),
      aVersion('sentiment', '0.9.0', { lifecycle: 'deprecated' }),
    ]);

    expect(
      await screen.findByRole('rowheader', { name: '0.9.0 Deprecated' }),
    ).toBeInTheDocument();
    expect(screen.getAllByText('Deprecated')).toHaveLength(1);
  });

  it('says how an algorithm gets its first version', async () => {
    renderCard([]);

    expect(
      await screen.findByText(/Register a Component of type algorithm-version/),
    ).toBeInTheDocument();
  });
});
