import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../../__testUtils__/expectAccessible';
import {
  aConnection,
  anAlgorithm,
  aQueue,
  aStatus,
} from '../../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../../__testUtils__/renderQueueManager';

const OLD = aConnection({ sasl: { mechanism: 'plain', username: 'app' } });

function open(path: string, unmovable: Record<string, string> = {}) {
  const api = new InMemoryEventFlows({
    connections: [
      OLD,
      aConnection({ id: 'orders-prod-2', name: 'orders-prod-2' }),
    ],
    topics: { 'orders-prod': [], 'orders-prod-2': [] },
    queues: ['reviews', 'orders'].map(topic =>
      aQueue({
        ...{ id: `queue-${topic}`, topic, state: 'enabled' },
        ...{ versionRef: 'latest', status: aStatus({ phase: 'running' }) },
      }),
    ),
  });
  api.unmovable = unmovable;
  renderQueueManager(path, api, [anAlgorithm('sentiment', 'Sentiment')]);
  return api;
}

const panel = async () =>
  within(
    await screen.findByRole('region', { name: 'Take over from orders-prod' }),
  );

describe('replacing a connection', () => {
  it('begins with what of it is no secret', async () => {
    open('/queue-manager/orders-prod');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Replace…' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'Replace orders-prod' }),
    ).toBeVisible();
    const field = (name: string) => screen.getByRole('textbox', { name });
    expect(field('Name')).toHaveValue('orders-prod-2');
    expect(field('User')).toHaveValue('app');
    expect(screen.getByLabelText(/^Password/)).toHaveValue('');
    expect(screen.getByText(OLD.brokers[0])).toBeVisible();
  });

  it('moves the queues, and then offers to delete the old one', async () => {
    const api = open('/queue-manager/orders-prod-2?takesOver=orders-prod');
    const region = await panel();
    expect(await region.findAllByText('Can be moved')).toHaveLength(2);
    await expectAccessible();
    await userEvent.click(
      region.getByRole('button', { name: 'Move 2 queues' }),
    );
    await userEvent.click(
      await region.findByRole('button', { name: 'Delete orders-prod…' }),
    );
    expect(api.queues.map(({ connection }) => connection.name)).toEqual([
      ...['orders-prod-2', 'orders-prod-2'],
    ]);
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Delete connection',
      }),
    );
    await waitFor(() =>
      expect(api.connections.map(({ name }) => name)).toEqual([
        'orders-prod-2',
      ]),
    );
    await waitFor(() =>
      expect(screen.queryByText(/^Take over from/)).not.toBeInTheDocument(),
    );
  });

  it('says what cannot be moved, and moves the rest', async () => {
    const api = open('/queue-manager/orders-prod-2?takesOver=orders-prod', {
      'queue-orders': 'The cluster shows no topic orders',
    });
    const region = await panel();
    expect(
      await region.findByText('The cluster shows no topic orders.'),
    ).toBeVisible();
    await userEvent.click(region.getByRole('button', { name: 'Move 1 queue' }));
    await waitFor(() =>
      expect(region.queryByText('reviews')).not.toBeInTheDocument(),
    );
    expect(api.queues.map(({ connection }) => connection.name)).toEqual([
      ...['orders-prod-2', 'orders-prod'],
    ]);
  });
});
