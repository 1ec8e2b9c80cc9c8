import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import {
  anAlgorithm,
  aConnection,
  aQueue,
  aStatus,
} from '../../__testUtils__/fixtures';
import { inNarrowWindow } from '../../__testUtils__/inNarrowWindow';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';
import { responseError } from '../../__testUtils__/responseError';

const drift = anAlgorithm('drift', 'Drift');
const catalog = [
  anAlgorithm('sentiment', 'Sentiment'),
  {
    ...drift,
    relations: [{ type: 'ownedBy', targetRef: 'group:default/iot' }],
  },
];
const queues = [
  aQueue({
    ...{ id: 'running', topic: 'orders', state: 'enabled' },
    status: aStatus(),
  }),
  aQueue({ id: 'off', topic: 'archive' }),
  aQueue({
    ...{ id: 'blocked', topic: 'sensors', state: 'enabled' },
    algorithmRef: 'component:default/drift',
    connection: { id: 'iot', name: 'iot-prod' },
    status: aStatus({ phase: 'blocked', reason: 'partition 2: 422' }),
  }),
];

function open(
  options: { allowed?: string[]; items?: typeof queues; search?: string } = {},
) {
  const { allowed, items = queues, search = '' } = options;
  const api = new InMemoryEventFlows({
    ...(allowed && { allowed }),
    connections: [aConnection()],
    queues: items,
  });
  renderQueueManager(`/queue-manager/queues${search}`, api, catalog);
  return api;
}

async function topics() {
  const table = await screen.findByRole('table', { name: 'Queues' });
  return within(table)
    .getAllByRole('rowheader')
    .map(({ textContent }) => textContent);
}

async function choose(label: string, option: string) {
  await userEvent.click(screen.getByLabelText(label));
  await userEvent.click(
    within(await screen.findByRole('listbox')).getByRole('option', {
      name: option,
    }),
  );
}

describe('the list of all queues', () => {
  it('leaves out what there is no room for in a narrow window', async () => {
    const headers = async () => {
      const table = await screen.findByRole('table', { name: 'Queues' });
      return within(table)
        .getAllByRole('columnheader')
        .map(({ textContent }) => textContent);
    };
    const narrow = ['', 'Topic', 'Algorithm', 'State', 'Lag'];
    await inNarrowWindow(async () => {
      open();
      await waitFor(async () => expect(await headers()).toEqual(narrow));
    });
    cleanup();
    open();
    expect(await headers()).toEqual([
      ...[...narrow, 'Delivered per second', 'Last delivered'],
    ]);
  });

  it('begins with those that need somebody, and says why', async () => {
    open();
    expect(await topics()).toEqual([
      ...['sensorsiot-prod', 'ordersorders-prod', 'archiveorders-prod'],
    ]);
    expect(screen.getByRole('row', { name: /sensors/ })).toHaveTextContent(
      'Blockedpartition 2: 422',
    );
    await expectAccessible();
  });

  it('lists one that has delivered nothing for long with these', async () => {
    const stalledSince = new Date(Date.now() - 7_200_000).toISOString();
    const status = aStatus({ phase: 'starting', stalledSince });
    const stalled = aQueue({
      ...{ id: 'stalled', topic: 'traces', state: 'enabled', status },
    });
    open({ items: [...queues, stalled] });
    expect((await topics()).slice(0, 2).sort()).toEqual([
      ...['sensorsiot-prod', 'tracesorders-prod'],
    ]);
    expect(screen.getByRole('row', { name: /traces/ })).toHaveTextContent(
      'StartingHas delivered nothing for 2 hours.',
    );
    await choose('State', 'Enabled, no attention needed');
    expect(await topics()).toEqual(['ordersorders-prod']);
  });

  it('is the second tab of the Queue manager', async () => {
    open();
    const tabs = await screen.findByRole('tablist', { name: 'Queue manager' });
    expect(within(tabs).getByRole('tab', { name: 'Queues' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await userEvent.click(
      within(tabs).getByRole('tab', { name: 'Connections' }),
    );
    expect(
      await screen.findByRole('table', { name: 'Connected clusters' }),
    ).toBeInTheDocument();
    await userEvent.click(await screen.findByRole('tab', { name: 'Queues' }));
    expect(await topics()).toHaveLength(3);
  });

  it('is there for those, too, who may not see the connections', async () => {
    open({ allowed: [] });
    expect(await topics()).toHaveLength(3);
    expect(screen.queryByRole('tablist')).not.toBeInTheDocument();
  });

  it('can be narrowed down by state, connection, owner and text', async () => {
    open();
    await topics();
    await choose('State', 'Needs attention (1)');
    expect(await topics()).toEqual(['sensorsiot-prod']);
    await choose('State', 'All');
    await choose('Connection', 'orders-prod');
    expect(await topics()).toHaveLength(2);
    await choose('Connection', 'All');
    await choose('Owner', 'iot');
    expect(await topics()).toEqual(['sensorsiot-prod']);
    await choose('Owner', 'All');
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search queues' }),
      'arch',
    );
    expect(await topics()).toEqual(['archiveorders-prod']);
  });

  it('keeps what it was narrowed down to in the address', async () => {
    open({ search: '?state=disabled' });
    expect(await topics()).toEqual(['archiveorders-prod']);
  });

  it('disables several at once, after asking', async () => {
    const api = open();
    await topics();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Choose all that can be disabled' }),
    );
    expect(screen.getByText('2 queues chosen')).toBeInTheDocument();
    expect(
      screen.queryByRole('checkbox', { name: 'Choose archive' }),
    ).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Disable…' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Disable 2 queues?',
    });
    expect(within(dialog).getAllByRole('listitem')).toHaveLength(2);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Disable' }),
    );
    await waitFor(() =>
      expect(screen.getAllByText('Disabled')).toHaveLength(3),
    );
    expect(api.queues.map(({ state }) => state)).toEqual([
      ...['disabled', 'disabled', 'disabled'],
    ]);
    expect(screen.queryByText(/chosen/)).not.toBeInTheDocument();
  });

  it('disables the others where one cannot be, and says which and why', async () => {
    const api = open();
    const update = api.updateQueue.bind(api);
    jest.spyOn(api, 'updateQueue').mockImplementation(async (id, call) => {
      if (id === 'blocked') {
        throw await responseError(409, {
          ...{ name: 'ConflictError', message: 'Somebody else changed it' },
        });
      }
      return update(id, call);
    });
    await topics();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Choose all that can be disabled' }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Disable…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Disable' }),
    );
    expect(await screen.findByText('1 of 2 disabled')).toBeInTheDocument();
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Somebody else changed it');
    expect(
      screen.getAllByRole('listitem').map(({ textContent }) => textContent),
    ).toContain('sensors → drift');
    expect(api.queues.map(({ state }) => state)).toEqual([
      ...['disabled', 'disabled', 'enabled'],
    ]);
  });

  it('says of each that could not be disabled what is true of it', async () => {
    const api = open();
    jest.spyOn(api, 'updateQueue').mockImplementation(async id => {
      throw await responseError(409, {
        ...{ name: 'ConflictError', message: `Somebody changed ${id}` },
      });
    });
    await topics();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Choose all that can be disabled' }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Disable…' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('as long as you stay on this page');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Disable' }),
    );
    await screen.findByText('0 of 2 disabled');
    const said = (await screen.findAllByRole('alert')).map(alert => [
      alert.textContent,
      alert.nextElementSibling?.textContent,
    ]);
    expect(said).toEqual([
      [
        expect.stringContaining('Somebody changed running'),
        'orders → sentiment',
      ],
      [expect.stringContaining('Somebody changed blocked'), 'sensors → drift'],
    ]);
  });

  it('does not act on what was chosen and is not shown any more', async () => {
    open();
    await topics();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Choose orders' }),
    );
    await choose('State', 'Needs attention (1)');
    expect(screen.queryByText(/chosen/)).not.toBeInTheDocument();
  });

  it('does not act on what somebody else has disabled meanwhile', async () => {
    const api = open();
    await topics();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Choose all that can be disabled' }),
    );
    expect(screen.getByText('2 queues chosen')).toBeInTheDocument();
    api.queues = api.queues.map(queue =>
      queue.id === 'running' ? { ...queue, state: 'disabled' } : queue,
    );
    await act(async () => {
      window.dispatchEvent(new Event('visibilitychange'));
    });
    expect(await screen.findByText('1 queue chosen')).toBeInTheDocument();
  });

  it('opens a queue', async () => {
    open();
    await topics();
    await userEvent.click(screen.getByRole('link', { name: 'sensors' }));
    expect(
      await screen.findByRole('heading', { name: 'sensors → drift' }),
    ).toBeInTheDocument();
  });

  it('shows why somebody is needed to the last word', async () => {
    const reason =
      '27 of the last 27 records were refused, the last with 422 from sentiment.example.com; the others stay in the topic until a record is taken again or the queue is edited';
    open({
      items: [
        aQueue({
          ...{ state: 'enabled' },
          status: aStatus({ phase: 'paused', reason }),
        }),
      ],
    });
    expect(await screen.findByText(reason)).toBeVisible();
  });

  it('says that owners are not known, and not that no queue matches', async () => {
    const broken = catalogApiMock.mock();
    broken.getEntitiesByRefs.mockRejectedValue(
      new Error('the catalog is away'),
    );
    renderQueueManager(
      '/queue-manager/queues?owner=mine',
      new InMemoryEventFlows({ connections: [aConnection()], queues }),
      [],
      broken,
    );
    expect(
      await screen.findByText('Who owns the algorithms could not be found out'),
    ).toBeVisible();
    expect(screen.queryByText(/^No queue matches/)).not.toBeInTheDocument();
  });

  it('shows what it is narrowed down to, also where that is gone, and lets go of it', async () => {
    open({ search: '?connection=replaced&owner=nobody' });
    expect(
      await screen.findByText('No queue matches what you look for.'),
    ).toBeVisible();
    expect(screen.getByLabelText('Connection')).toHaveTextContent(
      'One without queues',
    );
    expect(screen.getByLabelText('Owner')).toHaveTextContent('nobody');
    await choose('Connection', 'All');
    await choose('Owner', 'All');
    expect(await topics()).toHaveLength(3);
  });

  it('says so where a person owns no queue', async () => {
    open({ search: '?owner=mine' });
    expect(
      await screen.findByText(
        'No algorithm of yours or of your groups has a queue yet.',
      ),
    ).toBeInTheDocument();
  });

  it('says what to do where there is none', async () => {
    open({ items: [] });
    expect(await screen.findByText('No queues yet')).toBeInTheDocument();
  });
});
