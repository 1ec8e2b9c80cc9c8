import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import { aQueue, aStatus } from '../__testUtils__/fixtures';
import { inNarrowWindow } from '../__testUtils__/inNarrowWindow';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../__testUtils__/renderQueueManager';
import { renderQueuesTab } from '../__testUtils__/renderQueuesTab';
import { responseError } from '../__testUtils__/responseError';

const queues = [
  aQueue({
    ...{ id: 'busy', topic: 'payments', state: 'enabled' },
    status: aStatus(),
  }),
  aQueue({ id: 'new', topic: 'archive' }),
];
const busy = {
  ...{ queueId: 'busy', deliveredPerSecond: [0, null, 120, 80] },
  lag: [0, null, 1_200, 7],
};
const BUSY =
  'Delivered per second over the last hour: 0 to 120, now 80. Lag: 0 to 1,200, now 7.';

function aBackend(items = queues) {
  const api = new InMemoryEventFlows({ queues: items });
  api.trends = [busy];
  return { api, ask: jest.spyOn(api, 'listQueueTrends') };
}

const lists: Array<[string, (api: InMemoryEventFlows) => unknown]> = [
  ['of all queues', api => renderQueueManager('/queue-manager/queues', api)],
  ['of an algorithm', api => renderQueuesTab(api)],
];

const row = (name: RegExp) => screen.findByRole('row', { name });

describe.each(lists)('trends in the list %s', (_, show) => {
  it('are shown and said in words, of what is known', async () => {
    const { api, ask } = aBackend();
    show(api);
    const payments = within(await row(/payments/));
    expect(
      await payments.findByRole('img', { name: BUSY }),
    ).toBeInTheDocument();
    expect(
      within(await row(/archive/)).queryByRole('img'),
    ).not.toBeInTheDocument();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(ask.mock.calls[0][0]).toEqual({ queueIds: ['busy', 'new'] });
    await expectAccessible();
  });

  it('do not say what is not known', async () => {
    const { api } = aBackend();
    api.trends = [
      { ...busy, deliveredPerSecond: [0.5, 2, null], lag: [3, 9, null] },
      {
        ...{ queueId: 'new', deliveredPerSecond: [null, null, null] },
        lag: [null, null, 4],
      },
    ];
    show(api);
    expect(
      await screen.findByRole('img', {
        name: 'Delivered per second over the last hour: 0.5 to 2. Lag: 3 to 9.',
      }),
    ).toBeInTheDocument();
    expect(screen.getAllByRole('img')).toHaveLength(1);
  });

  it('are left out where they cannot be had', async () => {
    const { api, ask } = aBackend();
    ask.mockRejectedValue(
      await responseError(404, {
        ...{ name: 'NotFoundError', message: 'The API has no such route' },
      }),
    );
    show(api);
    const payments = await row(/payments/);
    await waitFor(() => expect(ask).toHaveBeenCalled());
    expect(payments).toHaveTextContent('43/s');
    expect(screen.queryByRole('img')).not.toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('are not asked for where there is no row', async () => {
    const { api, ask } = aBackend([]);
    show(api);
    await screen.findByText('No queues yet');
    expect(ask).not.toHaveBeenCalled();
  });

  it('are not asked for where there is no room', async () => {
    const { api, ask } = aBackend();
    await inNarrowWindow(async () => {
      show(api);
      await row(/payments/);
      expect(ask).not.toHaveBeenCalled();
      expect(screen.queryByRole('img')).not.toBeInTheDocument();
    });
  });
});

describe('trends of rows that stay', () => {
  it('stay, too, while others are asked for', async () => {
    const { api, ask } = aBackend();
    renderQueueManager('/queue-manager/queues', api);
    await screen.findByRole('img', { name: BUSY });
    await userEvent.click(screen.getByRole('button', { name: 'Topic' }));
    await userEvent.click(screen.getByRole('button', { name: 'Topic' }));
    // The same rows in another order are the same question.
    expect(ask).toHaveBeenCalledTimes(1);
    ask.mockImplementation(() => new Promise(() => {}));
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search queues' }),
      'pay',
    );
    await waitFor(() => expect(ask).toHaveBeenCalledTimes(2));
    expect(ask.mock.calls[1][0]).toEqual({ queueIds: ['busy'] });
    expect(screen.getByRole('img', { name: BUSY })).toBeInTheDocument();
  });
});

describe('trends in a long list', () => {
  const many = Array.from({ length: 60 }, (_, index) => {
    const number = String(index).padStart(2, '0');
    return aQueue({ id: `queue-${number}`, topic: `topic-${number}` });
  });
  const idsFrom = (from: number, to: number) =>
    many.slice(from, to).map(({ id }) => id);

  it('are of the page that is shown', async () => {
    const { api, ask } = aBackend(many);
    api.trends = [{ ...busy, queueId: 'queue-50' }];
    renderQueueManager('/queue-manager/queues', api);
    await screen.findByText('topic-00');
    await waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
    expect(ask.mock.calls[0][0]).toEqual({ queueIds: idsFrom(0, 50) });
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByRole('img', { name: BUSY })).toBeInTheDocument();
    expect(ask.mock.calls[1][0]).toEqual({ queueIds: idsFrom(50, 60) });

    // They are known from a moment ago.
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous page' }),
    );
    await screen.findByText('topic-00');
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
