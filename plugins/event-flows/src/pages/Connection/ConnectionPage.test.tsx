import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aConnection,
  aQueue,
  aTopic,
  ago,
  anAlgorithm,
} from '../../__testUtils__/fixtures';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { responseError } from '../../__testUtils__/responseError';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';

const PATH = '/queue-manager/orders-prod';

function aBackend() {
  return new InMemoryEventFlows({
    connections: [aConnection({ queuesEnabled: 1 })],
    topics: {
      'orders-prod': [
        aTopic('reviews', {
          algorithms: 1,
          algorithmRefs: ['component:default/sentiment'],
        }),
        aTopic('payments', { approximateRecords: 0 }),
        aTopic('__consumer_offsets', { internal: true }),
      ],
    },
    queues: [aQueue({ state: 'enabled', versionRef: 'latest' })],
  });
}

const entities = [anAlgorithm('sentiment', 'Sentiment')];

const unavailable = (message: string) =>
  responseError(503, { name: 'ServiceUnavailableError', message });

describe('the page of a connection', () => {
  it('shows topics, hides internal ones, and filters', async () => {
    renderQueueManager(PATH, aBackend(), entities);

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('about 12k');
    const empty = screen.getByRole('row', { name: /payments/ });
    expect(empty).not.toHaveTextContent('about');
    expect(row).toHaveTextContent('sentiment');
    expect(within(row).getByRole('link', { name: 'reviews' })).toHaveStyle({
      whiteSpace: 'nowrap',
    });
    expect(screen.queryByText('__consumer_offsets')).not.toBeInTheDocument();
    await expectAccessible();

    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Show internal topics' }),
    );
    expect(screen.getByText('__consumer_offsets')).toBeInTheDocument();

    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Filter topics' }),
      'pay',
    );
    expect(screen.queryByText('reviews')).not.toBeInTheDocument();
    expect(screen.getByText('payments')).toBeInTheDocument();
  });

  it('opens a topic in a sheet that Escape closes, back to the row', async () => {
    renderQueueManager(PATH, aBackend(), entities);

    await userEvent.click(await screen.findByRole('link', { name: 'reviews' }));
    const sheet = await screen.findByRole('dialog', { name: 'reviews' });
    expect(await within(sheet).findByText('7 days')).toBeInTheDocument();
    expect(within(sheet).getByText('Starting')).toBeInTheDocument();
    await expectAccessible();

    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    await waitFor(() =>
      expect(screen.getByRole('link', { name: 'reviews' })).toHaveFocus(),
    );
  });

  it('says in the sheet when no algorithm has access', async () => {
    renderQueueManager(`${PATH}?topic=payments`, aBackend(), entities);

    expect(
      await screen.findByText(/No algorithm may read this topic yet\./),
    ).toBeInTheDocument();
  });

  it('says in the sheet what the cluster forbids, in its own words', async () => {
    const api = aBackend();
    const message = 'The cluster does not let portal read payments';
    const known = await api.getTopic('orders-prod', 'payments');
    jest.spyOn(api, 'getTopic').mockResolvedValue({
      ...known,
      unreachable: { reason: 'authorization', message },
    });
    renderQueueManager(`${PATH}?topic=payments`, api, entities);

    expect(await screen.findByText(message)).toBeInTheDocument();
  });

  it('shows what was known last when the cluster is silent', async () => {
    const api = aBackend();
    api.connections = [
      aConnection({
        state: {
          status: 'unreachable',
          since: ago(600_000),
          checkedAt: ago(0),
          reason: 'connect ECONNREFUSED',
        },
      }),
    ];
    renderQueueManager(PATH, api, entities);

    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('connect ECONNREFUSED');
    expect(notice).toHaveTextContent(/as they were known 10 minutes ago/);
    expect(screen.getByText('reviews')).toBeInTheDocument();
  });

  it('names the queues that stop before it deletes', async () => {
    const api = aBackend();
    renderQueueManager(PATH, api, entities);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Delete orders-prod?',
    });
    expect(
      await within(dialog).findByText('1 queue stops at once:'),
    ).toBeInTheDocument();
    expect(within(dialog).getByText(/reviews →/)).toBeInTheDocument();
    expect(dialog).toHaveTextContent(
      'every queue, disabled or not, with its position, history and receipts',
    );
    expect(
      within(dialog).getByRole('button', { name: 'Cancel' }),
    ).toHaveFocus();

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Delete connection' }),
    );
    expect(
      await screen.findByText(/orders-prod is deleted/),
    ).toBeInTheDocument();
    expect(api.connections).toEqual([]);
  });

  it('says that a connection is deleted whose queues are still stopping', async () => {
    const api = aBackend();
    const forget = api.deleteConnection.bind(api);
    jest.spyOn(api, 'deleteConnection').mockImplementation(async id => {
      await forget(id);
      throw await unavailable('A replica has not yet confirmed it');
    });
    renderQueueManager(PATH, api, entities);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete' }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete connection' }),
    );

    expect(await screen.findByRole('status')).toHaveTextContent(
      'orders-prod is out of use. A replica has not yet confirmed it.',
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('does not ask for a connection while it is being deleted', async () => {
    const api = aBackend();
    const forget = api.deleteConnection.bind(api);
    const stopped = Promise.withResolvers<void>();
    jest.spyOn(api, 'deleteConnection').mockImplementation(async id => {
      await forget(id);
      await stopped.promise;
    });
    renderQueueManager(PATH, api, entities);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete' }),
    );
    const asked = [
      jest.spyOn(api, 'getConnection'),
      jest.spyOn(api, 'getTopics'),
    ];
    const look = () =>
      act(() => window.dispatchEvent(new Event('visibilitychange')));
    // Whoever comes back to the page has it asked anew.
    look();
    await waitFor(() =>
      expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 1]),
    );

    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete connection' }),
    );
    await waitFor(() => expect(api.connections).toEqual([]));
    look();
    stopped.resolve();
    expect(
      await screen.findByText(/orders-prod is deleted/),
    ).toBeInTheDocument();
    expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('stays where it is when the backend did not delete the connection', async () => {
    const api = aBackend();
    jest
      .spyOn(api, 'deleteConnection')
      .mockRejectedValue(await unavailable('The service is shutting down'));
    renderQueueManager(PATH, api, entities);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete' }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Delete connection' }),
    );

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The connection could not be deletedThe service is shutting down.',
    );
  });

  it('says that a connection does not exist any more', async () => {
    renderQueueManager('/queue-manager/gone', aBackend());

    expect(
      await screen.findByText('It does not exist any more'),
    ).toBeInTheDocument();
  });
});
