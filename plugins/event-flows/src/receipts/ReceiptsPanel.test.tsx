import type { RecordReceipts } from '@event-flows/backstage-plugin-event-flows-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import { ago, aQueue, anAlgorithm } from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../__testUtils__/renderQueueManager';

const text = (data: string) => ({
  ...{ encoding: 'utf8' as const, data, size: data.length },
});

const records: RecordReceipts[] = [
  {
    ...{ partition: 1, offset: '8812', key: text('customer-7') },
    receipts: [
      {
        ...{ at: ago(9_000), attempt: 1, outcome: 'retried', status: 502 },
        ...{ latencyMs: 30_000, reason: '502 from sentiment.example.com' },
        versionRef: 'component:default/sentiment-1-0-2',
        answer: text('bad gateway'),
      },
      {
        ...{ at: ago(2_000), attempt: 2, outcome: 'delivered', status: 200 },
        ...{ latencyMs: 42, answer: text('{"mood":"happy"}') },
        versionRef: 'component:default/sentiment-1-0-2',
      },
    ],
  },
  {
    ...{ partition: 0, offset: '17', key: text('customer-8') },
    receipts: [
      {
        ...{ at: ago(8_000), attempt: 1, outcome: 'refused', status: 422 },
        ...{ latencyMs: 5, reason: '422 from sentiment.example.com' },
        versionRef: 'component:default/sentiment-1-0-2',
      },
      { at: ago(7_900), attempt: 1, outcome: 'dead-lettered' },
    ],
  },
];

function open(queue: Parameters<typeof aQueue>[0] = {}, { off = false } = {}) {
  const api = new InMemoryEventFlows({
    allowed: [],
    queues: [aQueue({ versionRef: 'latest', mayReadRecords: true, ...queue })],
  });
  api.receipts = records;
  api.receiptsOff = off;
  renderQueueManager('/queue-manager/queues/queue-reviews', api, [
    anAlgorithm('sentiment', 'Sentiment'),
  ]);
  return api;
}

/** The page is loaded in the meantime. */
const ALL_BUT_INTERVALS = [
  ...(['Date', 'hrtime', 'nextTick', 'performance'] as const),
  ...(['queueMicrotask', 'requestAnimationFrame'] as const),
  ...(['cancelAnimationFrame', 'requestIdleCallback'] as const),
  ...(['cancelIdleCallback', 'setImmediate', 'clearImmediate'] as const),
  ...(['setTimeout', 'clearTimeout'] as const),
];

const panel = async () =>
  within(await screen.findByRole('region', { name: 'Receipts' }));

describe('the receipts of a queue', () => {
  it('say what became of each record, and how long that took', async () => {
    open();
    const table = within(await (await panel()).findByRole('table'));
    const cells = (name: RegExp) =>
      within(table.getByRole('row', { name }))
        .getAllByRole('cell')
        .map(cell => cell.textContent);
    expect(cells(/8,812/).slice(0, 5)).toEqual([
      ...['customer-7', 'Delivered', '2', '200', '42 ms'],
    ]);
    // The request that it was refused with, and what came of that.
    expect(cells(/offset 17/).slice(1, 5)).toEqual([
      ...['Dead-lettered', '1', '422', '5 ms'],
    ]);
    await expectAccessible();
  });

  it('tell the story of a record', async () => {
    open();
    await userEvent.click(
      await (await panel()).findByRole('button', { name: /8,812/ }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Partition 1, offset 8,812' }),
    );
    const [first, second] = dialog.getAllByRole('listitem');
    expect(first).toHaveTextContent(
      /Failed for now.*Attempt 1 · Status 502 · 30,000 ms.*502 from sentiment/,
    );
    expect(first).toHaveTextContent('bad gateway');
    expect(second).toHaveTextContent(
      /Delivered.*Attempt 2 · Status 200 · 42 ms/,
    );
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are found by key, offset and what became of them', async () => {
    const api = open();
    const find = jest.spyOn(api, 'findReceipts');
    const region = await panel();
    await userEvent.type(
      await region.findByRole('searchbox', { name: 'Find a key' }),
      'customer-8',
    );
    await waitFor(() => expect(region.queryByText(/8,812/)).toBeNull());
    expect(region.getByRole('row', { name: /offset 17/ })).toBeVisible();
    await userEvent.type(
      region.getByRole('searchbox', { name: 'Find an offset' }),
      '0:18',
    );
    expect(
      await region.findByText(/^Nothing found\. The latest 1,000/),
    ).toBeVisible();
    expect(find).toHaveBeenLastCalledWith(
      'queue-reviews',
      { key: 'customer-8', partition: 0, offset: '18', limit: 100 },
      expect.anything(),
    );
  });

  it('show no keys to whoever may not read records', async () => {
    open({ mayReadRecords: false });
    const region = await panel();
    await region.findByRole('table');
    expect(region.queryByRole('columnheader', { name: 'Key' })).toBeNull();
    expect(region.queryByRole('searchbox', { name: 'Find a key' })).toBeNull();
  });

  it('say so where the operator wants none', async () => {
    open({}, { off: true });
    expect(
      await screen.findByText(
        'The operator of this portal has switched receipts off for this topic.',
      ),
    ).toBeVisible();
  });

  it.each([
    ['looked for again', 'enabled', 1],
    ['not looked for where nothing is delivered', 'disabled', 0],
  ] as const)('are %s while there are none', async (_, state, more) => {
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_INTERVALS] });
    try {
      const api = open({ state });
      const find = jest.spyOn(api, 'findReceipts');
      api.receipts = [];
      const receipts = await panel();
      await receipts.findByText(/^None yet/);
      expect(find).toHaveBeenCalledTimes(1);
      api.receipts = records;
      await act(() => jest.advanceTimersByTimeAsync(6_000));
      expect(receipts.queryAllByRole('table')).toHaveLength(more);
      // What is there stays as it is while somebody reads it.
      await act(() => jest.advanceTimersByTimeAsync(12_000));
      expect(find).toHaveBeenCalledTimes(1 + more);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leave the screen alone where nobody looks for anything', async () => {
    // Nothing is asked for again by itself, either.
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_INTERVALS] });
    const timeouts = jest.spyOn(window, 'setTimeout');
    const wait = () => new Promise(resolve => setTimeout(resolve, 800));
    try {
      open();
      await (await panel()).findByRole('table');
      await act(wait);
      timeouts.mockClear();
      await act(wait);
      expect(timeouts).not.toHaveBeenCalledWith(expect.anything(), 300);
    } finally {
      timeouts.mockRestore();
      jest.useRealTimers();
    }
  });

  it('say what cannot be looked for', async () => {
    open();
    const receipts = await panel();
    const field = await receipts.findByLabelText('Find an offset');
    await userEvent.type(field, 'xyz');
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(
      'An offset, like 8812, or partition and offset, like 2:8812',
    );
    await expectAccessible();
    await userEvent.clear(field);
    await userEvent.type(field, '2:8,812');
    expect(field).toBeValid();
  });
});
