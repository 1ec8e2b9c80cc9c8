import type {
  DeadLetterMark,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import {
  aDeadLetter,
  ago,
  anAlgorithm,
  aQueue,
  aRecord,
  aStatus,
  aTrial,
} from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { sentimentVersions } from '../__testUtils__/renderQueuesTab';
import { renderQueueManager } from '../__testUtils__/renderQueueManager';

const enabled = aQueue({
  ...{ state: 'enabled', versionRef: 'latest', status: aStatus() },
  settings: {
    ...{ startFrom: 'latest', ordering: 'key', concurrency: 8 },
    ...{ timeoutMs: 1_500, maxAttempts: 3, deadLetterTopic: 'reviews.dead' },
  },
});
const letters = [
  aDeadLetter(),
  aDeadLetter({
    ...{
      id: 'b'.repeat(43),
      offset: '18',
      record: aRecord({ offset: '9000' }),
    },
    reason: '400 from sentiment.example.com',
  }),
];

const aMark = (): DeadLetterMark => ({
  ...{ state: 'dismissed', at: ago(60), by: 'user:default/nils' },
});

function open(queue: Queue = enabled) {
  const api = new InMemoryEventFlows({ allowed: [], queues: [queue] });
  api.deadLetters = letters;
  renderQueueManager('/queue-manager/queues/queue-reviews', api, [
    anAlgorithm('sentiment', 'Sentiment'),
    ...sentimentVersions,
  ]);
  return api;
}

async function panel() {
  const region = await screen.findByRole('region', { name: 'Dead letters' });
  await within(region).findByRole('table');
  return within(region);
}

async function openLetter(place: string) {
  await userEvent.click((await panel()).getByRole('button', { name: place }));
  return within(
    await screen.findByRole('dialog', {
      name: 'A record that could not be delivered',
    }),
  );
}

/** What the page does every few seconds, and when one comes back to it. */
const lookAgain = () =>
  act(async () => {
    window.dispatchEvent(new Event('visibilitychange'));
  });
const havingDeadLettered = (deadLettered: number) => ({
  ...enabled,
  status: aStatus({ counters: { ...aStatus().counters, deadLettered } }),
});

describe('the dead letters of a queue', () => {
  it('are listed with their reason, which they can be filtered by', async () => {
    open();
    const table = await panel();
    const row = table.getByRole('row', { name: /8,812/ });
    expect(row).toHaveTextContent('422 from sentiment.example.com');
    expect(row).toHaveTextContent('Open');
    await expectAccessible();
    await userEvent.type(
      table.getByRole('searchbox', { name: 'Filter by reason' }),
      '400',
    );
    await waitFor(async () =>
      expect((await panel()).getAllByRole('rowheader')).toHaveLength(1),
    );
    const search = screen.getByRole('searchbox', { name: 'Filter by reason' });
    await userEvent.clear(search);
    await userEvent.type(search, '503');
    expect(
      await screen.findByText(/^No open dead letter in reviews.dead has this/),
    ).toBeInTheDocument();
  });

  it('name the version that they are sent to, and keep to it', async () => {
    const api = open({
      ...enabled,
      versionRef: 'component:default/sentiment-1-0-2',
    });
    const redeliver = jest.spyOn(api, 'redeliver');
    const dialog = await openLetter('Partition 1, offset 8,812');
    expect(
      await dialog.findByText('Redeliver sends it to 1.0.2.'),
    ).toBeVisible();
    api.queues = [{ ...enabled, revision: 9 }];
    await lookAgain();
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    await dialog.findByText('It now counts as redelivered.');
    expect(redeliver).toHaveBeenCalledWith(
      'queue-reviews',
      expect.objectContaining({
        versionRef: 'component:default/sentiment-1-0-2',
      }),
    );
  });

  it('do not hold anybody up while the list is read anew', async () => {
    const api = open();
    const dialog = await openLetter('Partition 1, offset 8,812');
    jest
      .spyOn(api, 'listDeadLetters')
      .mockReturnValue(new Promise(() => undefined));
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() =>
      expect(dialog.getByRole('button', { name: 'Close' })).toBeEnabled(),
    );
    expect(dialog.getByText('Dismissed')).toBeVisible();
  });

  it('are all within reach, however many there are', async () => {
    open().deadLetters = Array.from({ length: 230 }, (_, i) =>
      aDeadLetter({ offset: `${i}`, record: aRecord({ offset: `${i}` }) }),
    );
    const region = await panel();
    expect(region.getByText('1-50 of 100')).toBeInTheDocument();
    expect(region.getAllByRole('rowheader')[0]).toHaveTextContent('229');
    expect(
      region.getByText(/^130 older records of reviews.dead/),
    ).toBeVisible();
    await expectAccessible();
    const more = { name: 'Look at older ones' };
    await userEvent.click(region.getByRole('button', more));
    expect(await region.findByText('1-50 of 200')).toBeInTheDocument();
    await userEvent.click(region.getByRole('button', more));
    expect(await region.findByText('1-50 of 230')).toBeInTheDocument();
    expect(region.queryByRole('button', more)).not.toBeInTheDocument();
  });

  it('are not said to be none before all of the topic was looked at', async () => {
    const api = open();
    const [first, second] = letters;
    api.deadLetters = [first, { ...second, mark: aMark() }];
    api.lettersAtOnce = 1;
    expect(
      await screen.findByText(/^None was found so far. 1 older record of/),
    ).toBeInTheDocument();
    expect(screen.queryByText(/Nothing to do/)).not.toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Look at older ones' }),
    );
    expect((await panel()).getByRole('row', { name: /8,812/ })).toBeVisible();
  });

  it('are redelivered all, also those that are not on the screen', async () => {
    const api = open();
    api.lettersAtOnce = 1;
    expect((await panel()).getAllByRole('rowheader')).toHaveLength(1);
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Redeliver all…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Redeliver 2 records?' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(
      await screen.findByText('2 accepted, 0 not, of 2', undefined, {
        timeout: 3_000,
      }),
    ).toBeInTheDocument();
    expect(api.deadLetters.every(({ mark }) => mark)).toBe(true);
  });

  it('are not said to be none where there is one since', async () => {
    const api = new InMemoryEventFlows({
      ...{ allowed: [], queues: [havingDeadLettered(0)] },
    });
    renderQueueManager('/queue-manager/queues/queue-reviews', api, []);
    expect(
      await screen.findByText(/^Nothing to do: there is no open dead letter/),
    ).toBeInTheDocument();
    api.deadLetters = letters;
    api.queues = [havingDeadLettered(2)];
    await lookAgain();
    expect((await panel()).getAllByRole('rowheader')).toHaveLength(2);
  });

  it('say that there are more since, and do not jump', async () => {
    const api = open(havingDeadLettered(2));
    await panel();
    api.queues = [havingDeadLettered(3)];
    await lookAgain();
    expect(
      await screen.findByText(
        '1 more was dead-lettered since. Refresh shows it.',
      ),
    ).toBeInTheDocument();
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Refresh' }),
    );
    await waitFor(() =>
      expect(screen.queryByText(/more was dead-lettered/)).toBeNull(),
    );
  });

  it('do not keep an error of before beside what was done', async () => {
    const api = open();
    jest.spyOn(api, 'redeliver').mockRejectedValue(new Error('no way'));
    const dialog = await openLetter('Partition 1, offset 9,000');
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(await dialog.findByRole('alert')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    expect(await dialog.findByText('Dismissed')).toBeInTheDocument();
    expect(dialog.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('stay dismissed where they are redelivered in vain', async () => {
    const api = open();
    api.trial = aTrial({ outcome: 'refused', status: 422, reason: 'again' });
    const dialog = await openLetter('Partition 1, offset 9,000');
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    expect(await dialog.findByText('Dismissed')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(await dialog.findByText('Refused')).toBeInTheDocument();
    expect(dialog.getByText('Dismissed')).toBeInTheDocument();
    expect(dialog.queryByText('Open')).not.toBeInTheDocument();
  });

  it('say why the endpoint takes none of them, in its own words', async () => {
    const api = open();
    api.trial = aTrial({ outcome: 'paused', status: 401, reason: '401 there' });
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Redeliver all…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Redeliver 2 records?' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The others were not redelivered');
    expect(within(alert).getAllByText('401 there')[0]).toBeVisible();
    expect(alert).not.toHaveTextContent(/portal|network/i);
  });

  it('keep their dialog until the endpoint has answered', async () => {
    const api = open();
    let answer = () => {};
    jest.spyOn(api, 'redeliver').mockImplementation(
      () =>
        new Promise(resolve => {
          answer = () => resolve({ ...aTrial(), versionRef: 'latest' });
        }),
    );
    const dialog = await openLetter('Partition 1, offset 9,000');
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(
      await dialog.findByLabelText('Waiting for the answer of the endpoint'),
    ).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Close' })).toBeDisabled();
    const dismiss = dialog.getByRole('button', { name: 'Dismiss' });
    expect(dismiss).toHaveAttribute('aria-disabled', 'true');
    answer();
    expect(await dialog.findByText('Accepted')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Close' })).toBeEnabled();
  });

  it('are redelivered to this algorithm, and are done then', async () => {
    const api = open();
    const redeliver = jest.spyOn(api, 'redeliver');
    const dialog = await openLetter('Partition 1, offset 8,812');
    expect(dialog.getByText(/"stars": 5,/)).toBeInTheDocument();
    await expectAccessible();
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(await dialog.findByText('Accepted')).toBeInTheDocument();
    expect(await dialog.findByText('Redelivered')).toBeInTheDocument();
    expect(
      dialog.getByText('It now counts as redelivered.'),
    ).toBeInTheDocument();
    expect(redeliver).toHaveBeenCalledWith('queue-reviews', {
      ...{ partition: 0, offset: '17', id: 'a'.repeat(43) },
      versionRef: 'latest',
    });
    expect(
      dialog.queryByRole('button', { name: 'Redeliver' }),
    ).not.toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Close' }));
    await waitFor(async () =>
      expect((await panel()).getAllByRole('rowheader')).toHaveLength(1),
    );
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Show those that are done' }),
    );
    expect((await panel()).getAllByRole('rowheader')).toHaveLength(2);
  });

  it('stay open and say why when they are refused again', async () => {
    const api = open();
    api.trial = aTrial({
      ...{ outcome: 'refused', status: 422, reason: '422 again' },
    });
    const dialog = await openLetter('Partition 1, offset 8,812');
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(await dialog.findByText('422 again')).toBeInTheDocument();
    expect(dialog.getByText('Open')).toBeInTheDocument();
    expect(
      dialog.getByText('It was not taken, and can be redelivered again.'),
    ).toBeInTheDocument();
  });

  it('say where the answer goes, where the queue publishes answers', async () => {
    const text =
      'The answer is published to scores, after the answers that are already there.';
    open({
      ...enabled,
      settings: enabled.settings && {
        ...enabled.settings,
        outputTopic: 'scores',
      },
    });
    const dialog = await openLetter('Partition 1, offset 8,812');
    expect(dialog.getByText(text)).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Close' }));
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Redeliver all…' }),
    );
    expect(
      await screen.findByRole('dialog', { name: 'Redeliver 2 records?' }),
    ).toHaveTextContent(text);
  });

  it('can be dismissed', async () => {
    open();
    const dialog = await openLetter('Partition 1, offset 9,000');
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    expect(await dialog.findByText('Dismissed')).toBeInTheDocument();
    expect(
      dialog.queryByRole('button', { name: 'Dismiss' }),
    ).not.toBeInTheDocument();
  });

  it('are redelivered all at once after asking, and what came of it is told', async () => {
    const api = open();
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Redeliver all…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Redeliver 2 records?' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Redeliver' }));
    expect(
      await screen.findByText('2 accepted, 0 not, of 2', undefined, {
        timeout: 3_000,
      }),
    ).toBeInTheDocument();
    expect(
      await screen.findByText(/^Nothing to do: there is no open dead letter/),
    ).toBeInTheDocument();
    expect(api.deadLetters.map(({ mark }) => mark?.state)).toEqual([
      ...['redelivered', 'redelivered'],
    ]);
  });

  it.each([
    ['enabled', 'latest', 'Latest, now 1.1.0'],
    ['disabled', 'component:default/sentiment-1-0-2', '1.0.2'],
  ] as const)(
    'are redelivered to a version that is named before (%s, %s)',
    async (state, versionRef, name) => {
      open({ ...enabled, state, versionRef });
      await userEvent.click(
        (await panel()).getByRole('button', { name: 'Redeliver all…' }),
      );
      expect(
        await screen.findByRole('dialog', { name: 'Redeliver 2 records?' }),
      ).toHaveTextContent(`to this version: ${name}. Nobody else`);
    },
  );

  it('are dismissed all at once after asking, and nothing is sent', async () => {
    const api = open();
    const redeliver = jest.spyOn(api, 'redeliver');
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Dismiss all…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Dismiss 2 records?' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    expect(
      await screen.findByText('2 of 2 dismissed', undefined, {
        timeout: 3_000,
      }),
    ).toBeInTheDocument();
    expect(api.deadLetters.map(({ mark }) => mark?.state)).toEqual([
      ...['dismissed', 'dismissed'],
    ]);
    expect(redeliver).not.toHaveBeenCalled();
  });

  it.each([
    ['enabled', true, 'Edit names a topic.'],
    ['disabled', true, 'Enable asks for a topic.'],
    ['enabled', false, 'Those who may change the queue can name a topic.'],
  ] as const)(
    'need a topic, which is named where one can (%s, %s)',
    async (state, mayUpdate, how) => {
      open({ ...enabled, ...{ state, mayUpdate }, settings: undefined });
      expect(
        await screen.findByText(/^The queue has no dead-letter topic/),
      ).toHaveTextContent(how);
    },
  );

  it('are not for everyone', async () => {
    open({ ...enabled, mayReadRecords: false });
    const region = await screen.findByRole('region', { name: 'Dead letters' });
    expect(region).toHaveTextContent('You may not look at the records');
  });

  it('are shown where nobody knows the version', async () => {
    const api = open();
    api.deadLetters = [aDeadLetter({ versionRef: '' })];
    const dialog = await openLetter('Partition 1, offset 8,812');
    expect(dialog.getByText('422 from sentiment.example.com')).toBeVisible();
  });

  it('that are done are deleted from Kafka, when that is confirmed', async () => {
    const api = open();
    const [first, second] = letters;
    api.deadLetters = [{ ...first, mark: aMark() }, second];
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Purge…' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Delete dead letters from Kafka?',
      }),
    );
    expect(
      await dialog.findByText(/1 dead letter of reviews.dead is/),
    ).toBeInTheDocument();
    await expectAccessible();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Delete 1 record' }),
    );
    await waitFor(() => expect(api.deadLetters).toEqual([second]));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('are left alone where the oldest is open', async () => {
    const api = open();
    const [first, second] = letters;
    const dismissed = { ...second, mark: aMark() };
    api.deadLetters = [first, dismissed];
    await userEvent.click(
      (await panel()).getByRole('button', { name: 'Purge…' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(/There is nothing to delete/),
    ).toBeInTheDocument();
    expect(
      dialog.queryByRole('button', { name: /^Delete/ }),
    ).not.toBeInTheDocument();
  });
});
