import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../../__testUtils__/expectAccessible';
import {
  ago,
  aConnection,
  anAlgorithm,
  aQueue,
  aStatus,
  aTopic,
} from '../../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../../__testUtils__/renderQueueManager';

/** A cluster is asked once in a second. */
const SLOWLY = { timeout: 5_000 };

const OLD = aConnection({ sasl: { mechanism: 'plain', username: 'app' } });

function open(
  path: string,
  unmovable: Record<string, string> = {},
  prepare: (api: InMemoryEventFlows) => void = () => {},
) {
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
  prepare(api);
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

  it('goes on while one looks at a topic', async () => {
    const api = open(
      '/queue-manager/orders-prod-2?takesOver=orders-prod',
      {},
      ({ topics }) => topics['orders-prod-2'].push(aTopic('reviews')),
    );
    const region = await panel();
    await userEvent.click(
      await region.findByRole('button', { name: 'Move 2 queues' }, SLOWLY),
    );
    await userEvent.click(await screen.findByRole('link', { name: 'reviews' }));
    await screen.findByRole('dialog', { name: 'reviews' });
    await waitFor(
      () =>
        expect(api.queues.map(({ connection }) => connection.id)).toEqual([
          ...['orders-prod-2', 'orders-prod-2'],
        ]),
      SLOWLY,
    );
  });

  it('moves the queues, and then offers to delete the old one', async () => {
    const api = open('/queue-manager/orders-prod-2?takesOver=orders-prod');
    const region = await panel();
    // One is asked about in a second.
    await region.findByRole('button', { name: 'Move 2 queues' }, SLOWLY);
    expect(region.getAllByText('Can be moved')).toHaveLength(2);
    await expectAccessible();
    await userEvent.click(
      region.getByRole('button', { name: 'Move 2 queues' }),
    );
    await userEvent.click(
      await region.findByRole(
        'button',
        { name: 'Delete orders-prod…' },
        SLOWLY,
      ),
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
    await waitFor(
      () => expect(region.queryByText('Being checked')).not.toBeInTheDocument(),
      SLOWLY,
    );
    await userEvent.click(region.getByRole('button', { name: 'Move 1 queue' }));
    await waitFor(
      () => expect(region.queryByText('reviews')).not.toBeInTheDocument(),
      SLOWLY,
    );
    expect(api.queues.map(({ connection }) => connection.name)).toEqual([
      ...['orders-prod-2', 'orders-prod'],
    ]);
  });

  it('finds a queue that is half-way, also without the address, and moves it back', async () => {
    const api = open('/queue-manager/orders-prod-2', {}, ({ queues }) => {
      queues[0] = {
        ...queues[0],
        connection: { id: 'orders-prod-2', name: 'orders-prod-2' },
        openMove: { from: queues[0].connection, since: ago(60_000) },
        status: aStatus({ phase: 'failed', reason: 'SASL failed' }),
      };
    });
    const region = await panel();
    expect(
      await region.findByText(
        'Moved, and not seen to run here yet. SASL failed',
      ),
    ).toBeVisible();
    expect(
      region.queryByRole('button', { name: 'Delete orders-prod…' }),
    ).not.toBeInTheDocument();
    await expectAccessible();
    await userEvent.click(
      region.getByRole('button', { name: 'Move the queue of reviews back' }),
    );
    expect(
      await screen.findByText(
        'The queue of reviews did not run here (SASL failed) and is back at orders-prod',
      ),
    ).toBeVisible();
    expect(
      screen.getByText('It does not run there either: SASL failed'),
    ).toBeVisible();
    expect(api.queues.map(({ connection }) => connection.name)).toEqual([
      ...['orders-prod', 'orders-prod'],
    ]);
  });

  it('says what is in the way of publishers, before anything is moved', async () => {
    open('/queue-manager/orders-prod-2?takesOver=orders-prod', {}, api => {
      api.publisherConflict = 'sentiment publishes to scores and reads from it';
    });
    const region = await panel();
    expect(
      await region.findByText(
        'sentiment publishes to scores and reads from it.',
      ),
    ).toBeVisible();
    expect(
      await region.findByRole('button', { name: /^Move \d queue/ }),
    ).toHaveAttribute('aria-disabled', 'true');
  });

  it('takes over who may publish, also where no queue is left', async () => {
    const api = open(
      '/queue-manager/orders-prod-2?takesOver=orders-prod',
      {},
      ({ queues, topics }) => {
        queues.splice(0);
        topics['orders-prod'].push(aTopic('scores'));
      },
    );
    await api.updateAccess('orders-prod', 'scores', {
      access: [
        { algorithmRef: 'component:default/sentiment', apiType: 'publisher' },
      ],
      revision: 0,
    });
    const region = await panel();
    await userEvent.click(
      await region.findByRole('button', { name: 'Take over who may publish' }),
    );
    expect(
      await region.findByRole('button', { name: 'Delete orders-prod…' }),
    ).toBeVisible();
    expect(
      await api.copyPublishers('orders-prod-2', { from: 'orders-prod' }),
    ).toEqual({ items: [] });
  });

  it('does not offer to delete the old one while nobody knows who may publish there', async () => {
    const path = '/queue-manager/orders-prod-2?takesOver=orders-prod';
    open(path, {}, api => {
      api.queues.splice(0);
      jest.spyOn(api, 'copyPublishers').mockRejectedValue(new Error('away'));
    });
    const region = await panel();
    expect(await region.findByRole('alert')).toHaveTextContent('away');
    const button = region.getByRole('button', { name: 'Delete orders-prod…' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(/^Nobody knows who may publish/);
    expect(region.getByRole('button', { name: 'Try again' })).toBeEnabled();
  });

  it('asks again what could not be moved, when told to', async () => {
    const problem = 'The cluster shows no such topic';
    const api = open('/queue-manager/orders-prod-2?takesOver=orders-prod', {
      ...{ 'queue-orders': problem, 'queue-reviews': problem },
    });
    const region = await panel();
    await waitFor(
      () => expect(region.getAllByText(`${problem}.`)).toHaveLength(2),
      SLOWLY,
    );
    api.unmovable = {};
    await userEvent.click(region.getByRole('button', { name: 'Check again' }));
    await waitFor(
      () => expect(region.getAllByText('Can be moved')).toHaveLength(2),
      SLOWLY,
    );
  });

  it('asks again by itself where nobody could say', async () => {
    open(
      '/queue-manager/orders-prod-2?takesOver=orders-prod',
      {},
      api =>
        void jest
          .spyOn(api, 'moveQueue')
          .mockRejectedValueOnce(new TypeError('Failed to fetch')),
    );
    const region = await panel();
    const patiently = { timeout: 15_000 };
    await region.findByRole('button', { name: 'Move 2 queues' }, patiently);
    expect(region.queryByText(/Failed to fetch/)).not.toBeInTheDocument();
  });

  it('lets go of a connection that is gone', async () => {
    open('/queue-manager/orders-prod-2?takesOver=gone', {}, ({ topics }) =>
      topics['orders-prod-2'].push(aTopic('reviews')),
    );
    // What leads on from here says what the address does.
    await waitFor(() =>
      expect(screen.getByRole('link', { name: 'reviews' })).toHaveAttribute(
        'href',
        expect.not.stringContaining('takesOver'),
      ),
    );
    expect(screen.queryByText(/does not exist/)).not.toBeInTheDocument();
  });

  it('counts no queues where none can be moved', async () => {
    const problem = 'The cluster shows no such topic';
    open('/queue-manager/orders-prod-2?takesOver=orders-prod', {
      ...{ 'queue-orders': problem, 'queue-reviews': problem },
    });
    const region = await panel();
    await region.findAllByText(`${problem}.`);
    expect(region.getByRole('button', { name: /^Move/ })).toHaveTextContent(
      /^Move queues$/,
    );
  });
});
