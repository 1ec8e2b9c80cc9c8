import {
  eventFlowsConnectionReadPermission,
  type Change,
  type RecentChange,
} from '@event-flows/backstage-plugin-event-flows-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import {
  ago,
  aHeldUpRecord,
  anAlgorithm,
  aQueue,
  aStatus,
} from '../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';
import { sentimentVersions } from '../../__testUtils__/renderQueuesTab';

const PATH = '/queue-manager/queues/queue-reviews';
const catalog = [anAlgorithm('sentiment', 'Sentiment'), ...sentimentVersions];
const enabled = aQueue({
  state: 'enabled',
  versionRef: 'latest',
  settings: {
    ...{ startFrom: 'latest', ordering: 'key', concurrency: 8 },
    ...{ timeoutMs: 1_500, maxAttempts: 3, deadLetterTopic: 'reviews.dead' },
  },
  status: aStatus({
    partitions: [
      { partition: 0, phase: 'running', position: '1234567', lag: 34 },
      { partition: 1, phase: 'running', position: '99', lag: 1_200 },
    ],
  }),
});

/**
 * The page as somebody sees it who administers nothing. Titles of
 * entities come from the catalog's own plugin, which is not here.
 */
function open(
  queue = enabled,
  changes: RecentChange[] = [],
  allowed: string[] = [],
) {
  const api = new InMemoryEventFlows({ allowed, queues: [queue] });
  api.changes = changes;
  renderQueueManager(PATH, api, catalog);
  return api;
}

describe('the page of a queue', () => {
  const halfWay = {
    ...enabled,
    status: aStatus({ phase: 'starting' }),
    connection: { id: 'cluster-b', name: 'Cluster B' },
    openMove: {
      from: { id: 'cluster-a', name: 'Cluster A' },
      since: ago(120_000),
    },
  };

  it('says that it was moved and does not run yet, and leads to where it can be moved back', async () => {
    open(halfWay, [], [eventFlowsConnectionReadPermission.name]);
    const note = await screen.findByText(/^Moved here from Cluster A/);
    expect(note).toHaveTextContent('2 minutes ago, and not seen to run since');
    expect(
      await within(note).findByRole('link', { name: 'Cluster B' }),
    ).toHaveAttribute('href', '/queue-manager/cluster-b');
    await expectAccessible();
  });

  it('leads on to the queues that read its answers', async () => {
    open({
      ...enabled,
      settings: enabled.settings && {
        ...enabled.settings,
        outputTopic: 'review scores',
      },
    });
    expect(
      await screen.findByRole('link', { name: 'review scores' }),
    ).toHaveAttribute('href', '/queue-manager/queues?text=review%20scores');
  });

  it('leads nobody to a connection who may not see it', async () => {
    open(halfWay);
    const note = await screen.findByText(/^Moved here from Cluster A/);
    await screen.findByText('Latest, now 1.1.0');
    expect(note).toHaveTextContent('on the page of Cluster B');
    expect(
      screen.queryByRole('link', { name: 'Cluster B' }),
    ).not.toBeInTheDocument();
  });

  it('shows an owner what it does and that nothing is missing', async () => {
    open();
    expect(
      await screen.findByRole('heading', { name: 'reviews → sentiment' }),
    ).toBeInTheDocument();
    // The queue, and each of its partitions.
    expect(screen.getAllByText('Running')).toHaveLength(3);
    expect(await screen.findByText('Latest, now 1.1.0')).toBeInTheDocument();
    expect(
      screen.getByText(
        'in order within each key, 8 requests at once, 1.5 s for each, 3 attempts, dead letters to reviews.dead',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText('event-flows.queue-reviews')).toBeInTheDocument();

    const balance = screen.getByRole('region', { name: 'Balance' });
    const numbers = within(balance).getAllByRole('definition');
    expect(numbers.map(({ textContent }) => textContent)).toEqual([
      ...['10,012', '10,000', '4', '0', '8'],
    ]);
    expect(balance).toHaveTextContent('It adds up');

    const partitions = screen.getByRole('table', {
      name: 'Partitions of reviews',
    });
    expect(
      within(partitions).getByRole('row', { name: /^0/ }),
    ).toHaveTextContent('1,234,56734');
    await expectAccessible();
  });

  it('does not say of partitions that they run while their queue is paused', async () => {
    open({
      ...enabled,
      status: {
        ...aStatus({ phase: 'paused', reason: '401 from x' }),
        partitions: enabled.status?.partitions,
      },
    });
    await screen.findByRole('heading', { name: 'reviews → sentiment' });
    expect(screen.queryByText('Running')).not.toBeInTheDocument();
    // The queue, and each of its partitions.
    expect(screen.getAllByText('Paused')).toHaveLength(3);
  });

  it('says in red when the balance does not add up', async () => {
    const status = aStatus();
    open({
      ...enabled,
      status: { ...status, counters: { ...status.counters, delivered: 9_000 } },
    });
    expect(
      (await screen.findAllByText(/10,012 read, 9,012 accounted for/)).length,
    ).toBeGreaterThan(0);
    expect(screen.queryByText(/It adds up/)).not.toBeInTheDocument();
  });

  it('lets an owner act: disable, and on a record that is held up', async () => {
    const api = open({
      ...enabled,
      status: aStatus({ phase: 'blocked', heldUp: [aHeldUpRecord()] }),
    });
    expect(
      await screen.findByText('Partition 2, offset 8,812'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Disable' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Stop delivering reviews to sentiment?',
    });
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Disable' }),
    );
    expect(await screen.findByText('Disabled')).toBeInTheDocument();
    expect(api.queues[0].state).toBe('disabled');
  });

  it('says who changed what, the latest first', async () => {
    const by = 'user:default/olga';
    const change = (id: string, what: Change): RecentChange => ({
      ...{ id, by, at: ago(60_000) },
      change: what,
    });
    open(enabled, [
      change('10', {
        ...{ kind: 'purged', topic: 'reviews.dead', records: 1_204 },
      }),
      change('9', {
        ...{ kind: 'decided', action: 'dead-letter', partition: 2 },
        ...{ offset: '8813', deadLetterTopic: 'reviews.dead' },
      }),
      change('8', {
        ...{ kind: 'decided', action: 'skip', partition: 2, offset: '8812' },
      }),
      change('7', {
        kind: 'rewound',
        to: { kind: 'offset', partition: 1, offset: '1234' },
      }),
      change('6', { kind: 'disabled' }),
      change('5', {
        ...{ kind: 'approved', versionRef: 'latest', fields: [] },
        origin: 'https://new.example.com',
      }),
      change('4', { kind: 'edited', fields: ['concurrency', 'timeoutMs'] }),
      change('3', {
        kind: 'edited',
        versionRef: 'component:default/sentiment-1-0-2',
        fields: [],
      }),
      change('2', { kind: 'enabled', versionRef: 'latest', fields: [] }),
      change('1', { kind: 'access-given' }),
    ]);
    const table = await screen.findByRole('table', {
      name: 'Recent changes of reviews',
    });
    const names = () =>
      within(table)
        .getAllByRole('rowheader')
        .map(({ textContent }) => textContent);
    await waitFor(() =>
      expect(names()).toEqual([
        '1,204 dead letters deleted for good from reviews.dead',
        'Partition 2, offset 8,813: dead-letter into reviews.dead',
        'Partition 2, offset 8,812: skip',
        'Position of partition 1 moved to offset 1,234',
        'Disabled',
        'Approved https://new.example.com for Latest',
        'Edited; changed: requests at once, timeout',
        'Version changed to 1.0.2',
        'Enabled with Latest',
        'Access to the topic given',
      ]),
    );
    expect(within(table).getAllByRole('link')[0]).toHaveAttribute(
      'href',
      '/catalog/default/user/olga',
    );
    await expectAccessible();
  });

  it('shows ten changes at a time', async () => {
    open(
      enabled,
      Array.from({ length: 12 }, (_, index) => ({
        ...{ id: `${index}`, by: 'user:default/olga', at: ago(60_000) },
        change: { kind: 'disabled' as const },
      })),
    );
    const table = await screen.findByRole('table', {
      name: 'Recent changes of reviews',
    });
    expect(within(table).getAllByRole('rowheader')).toHaveLength(10);
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(within(table).getAllByRole('rowheader')).toHaveLength(2);
  });

  it('shows the rest where the changes cannot be loaded', async () => {
    const api = new InMemoryEventFlows({ allowed: [], queues: [enabled] });
    api.getQueueChanges = async () => {
      throw new Error('The database is away');
    };
    renderQueueManager(PATH, api, catalog);
    expect(
      await screen.findByText('The recent changes could not be loaded'),
    ).toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Balance' })).toBeInTheDocument();
  });

  it('is not shown as it was last once it is gone', async () => {
    const api = open();
    await screen.findByRole('heading', { name: 'reviews → sentiment' });
    api.queues = [];
    act(() => {
      window.dispatchEvent(new Event('visibilitychange'));
    });
    expect(
      await screen.findByText('The queue could not be loaded'),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Disable' }),
    ).not.toBeInTheDocument();
  });

  it('says that there is no such queue, or none that may be seen', async () => {
    open({ ...enabled, id: 'another' });
    expect(
      await screen.findByText(/^It does not exist any more/),
    ).toBeInTheDocument();
    expect(screen.queryByText('Balance')).not.toBeInTheDocument();
  });
});
