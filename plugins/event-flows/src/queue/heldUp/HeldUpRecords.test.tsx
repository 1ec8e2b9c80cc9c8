import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  defaultQueueSettings,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import {
  aHeldUpRecord,
  ago,
  aQueue,
  aRecord,
  aStatus,
} from '../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../../__testUtils__/renderQueuesTab';
import { responseError } from '../../__testUtils__/responseError';

const MINUTE = 60_000;
const FIRST = 'Partition 2, offset 8,812';
const SECOND = 'Partition 4, offset 120,034';
const THIRD = 'Partition 5, offset 17';

const first = aHeldUpRecord({ firstFailedAt: ago(5 * MINUTE + 10_000) });
const second = aHeldUpRecord({ partition: 4, offset: '120034', attempts: 10 });
const third = aHeldUpRecord({
  partition: 5,
  offset: '17',
  phase: 'retrying',
  reason: '4th attempt, 503 from sentiment.example.com',
  attempts: 3,
});

/** A queue of Sentiment that these records hold up. */
function blockedBy(
  heldUp: ReturnType<typeof aHeldUpRecord>[],
  overrides: Partial<Queue> = {},
): InMemoryEventFlows {
  const [worst] = heldUp;
  return new InMemoryEventFlows({
    queues: [
      aQueue({
        state: 'enabled',
        versionRef: 'latest',
        settings: defaultQueueSettings,
        status: aStatus({
          phase: worst.phase,
          reason:
            worst.phase === 'blocked'
              ? `Partition 2, offset 8,812: ${worst.reason}`
              : worst.reason,
          heldUp,
        }),
        ...overrides,
      }),
    ],
  });
}

const withTopic = {
  settings: { ...defaultQueueSettings, deadLetterTopic: 'parked' },
};

const findRecord = (name: string) => screen.findByRole('group', { name });

const press = async (record: string, button: string) =>
  userEvent.click(
    within(await findRecord(record)).getByRole('button', { name: button }),
  );

/** What the page does every few seconds, and when one comes back to it. */
const lookAgain = () =>
  act(async () => {
    window.dispatchEvent(new Event('visibilitychange'));
  });

describe('a held-up record', () => {
  it('says which, why, how often and since when, beneath the state', async () => {
    renderQueuesTab(blockedBy([first]));

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('Blocked');
    const record = within(row).getByRole('group', { name: FIRST });
    expect(record).toHaveTextContent(FIRST);
    expect(record).toHaveTextContent('1 failed attempt, the first 5 minutes');
    expect(
      within(row).getAllByText(/422 from sentiment.example.com/),
    ).toHaveLength(1);
    expect(
      within(record)
        .getAllByRole('button')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'Look at it',
      'Retry now',
      'Skip this record',
      'Dead-letter it',
    ]);
    expect(row).not.toHaveTextContent('more record');
    await expectAccessible();
  });

  it('is shown while it is retried, too', async () => {
    renderQueuesTab(blockedBy([third]));

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('Retrying');
    expect(row).toHaveTextContent('3 failed attempts');
    expect(within(row).getAllByText(/4th attempt, 503/)).toHaveLength(1);
    expect(
      within(row).getByRole('button', { name: 'Retry now' }),
    ).toBeEnabled();
  });

  it('leaves the reason of the queue where that is another one', async () => {
    const api = blockedBy([first], {
      status: aStatus({
        phase: 'blocked',
        reason: 'Kafka does not have the next record any more',
        heldUp: [first],
      }),
    });
    renderQueuesTab(api);

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('Kafka does not have the next record');
    expect(row).toHaveTextContent('422 from sentiment.example.com');
  });

  it('tells those who may only look why they cannot decide', async () => {
    const api = blockedBy([first, second], {
      ...{ mayUpdate: false, mayReadRecords: false },
    });
    const decide = jest.spyOn(api, 'decideHeldUpRecord');
    renderQueuesTab(api);

    const record = await findRecord(FIRST);
    for (const button of within(record).getAllByRole('button')) {
      expect(button).toHaveAttribute('aria-disabled', 'true');
      expect(button).toHaveAccessibleDescription(
        /Ask the owner of the algorithm/,
      );
      act(() => button.focus());
      await userEvent.keyboard('{Enter}');
    }
    expect(decide).not.toHaveBeenCalled();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();

    await userEvent.click(
      screen.getByRole('button', { name: 'and 1 more record is held up' }),
    );
    expect(await findRecord(SECOND)).toBeInTheDocument();
  });
});

describe('Look at it', () => {
  const answer = '{"error":"no text"}';
  const refused = {
    ...{ partition: 2, offset: '8812', key: null },
    receipts: [
      {
        ...{ at: ago(5 * MINUTE), attempt: 1, outcome: 'refused' as const },
        ...{ status: 422, latencyMs: 12 },
        reason: '422 from sentiment.example.com',
        versionRef: 'component:default/sentiment-1-0-2',
        answer: {
          size: answer.length,
          encoding: 'utf8' as const,
          data: answer,
        },
      },
    ],
  };
  const tried = {
    ...first,
    ...{ status: 422, versionRef: 'component:default/sentiment-1-0-2' },
  };

  async function look(prepare: (api: InMemoryEventFlows) => void) {
    const api = blockedBy([tried]);
    api.records = [
      aRecord({ partition: 2, offset: '8811' }),
      aRecord({ partition: 2, offset: '8812' }),
    ];
    prepare(api);
    renderQueuesTab(api);
    await press(FIRST, 'Look at it');
    const dialog = await screen.findByRole('dialog', {
      name: `${FIRST} of reviews`,
    });
    return { api, dialog: within(dialog) };
  }

  it('shows why, what the endpoint answered, and this very record', async () => {
    const { api, dialog } = await look(state => {
      state.receipts = [{ ...refused, partition: 0 }, refused];
      jest.spyOn(state, 'peek');
    });
    expect(
      dialog.getByText(/^422 from sentiment.example.com; no dead-letter topic/),
    ).toBeInTheDocument();
    const attempt = within(
      await dialog.findByRole('region', { name: 'Last attempt' }),
    );
    expect(await attempt.findByText(/Status 422 · 12 ms/)).toBeInTheDocument();
    expect(attempt.getByText(/"error": "no text"/)).toBeInTheDocument();
    const value = within(await dialog.findByRole('region', { name: 'Value' }));
    expect(value.getByText(/"stars": 5,/)).toBeInTheDocument();
    expect(dialog.getByText('customer-7')).toBeInTheDocument();
    expect(dialog.getByText('x-tenant: nlp')).toBeInTheDocument();
    expect(api.peek).toHaveBeenCalledTimes(1);
    expect(api.peek).toHaveBeenCalledWith(
      'queue-reviews',
      { from: { partition: 2, offset: '8812' }, limit: 1 },
      expect.anything(),
    );
    await expectAccessible();
  });

  it('tries a version on it', async () => {
    const { api, dialog } = await look(() => {});
    const attempt = jest.spyOn(api, 'tryVersion');
    await userEvent.click(
      await dialog.findByRole('button', { name: 'Try version' }),
    );
    expect(await dialog.findByText('Accepted')).toBeInTheDocument();
    expect(attempt).toHaveBeenCalledWith('queue-reviews', {
      ...{ partition: 2, offset: '8812', versionRef: 'latest' },
    });
  });

  it('says so where no answer is kept, and what is known all the same', async () => {
    const { dialog } = await look(() => {});
    const attempt = within(
      await dialog.findByRole('region', { name: 'Last attempt' }),
    );
    expect(
      await attempt.findByText(/^The answer is not kept: the latest 1,000/),
    ).toBeInTheDocument();
    expect(attempt.getByText('Status 422')).toBeInTheDocument();
  });

  it('says so where the operator wants none', async () => {
    const { dialog } = await look(api => {
      api.receiptsOff = true;
    });
    expect(
      await dialog.findByText(/^The operator of this portal has switched off/),
    ).toBeInTheDocument();
  });

  it('shows no other record where Kafka has deleted it', async () => {
    const { dialog } = await look(api => {
      api.records = [aRecord({ partition: 2, offset: '8813' })];
    });
    expect(
      await dialog.findByText(/^reviews does not have this record any more/),
    ).toBeInTheDocument();
    expect(
      dialog.queryByRole('region', { name: 'Value' }),
    ).not.toBeInTheDocument();
    expect(
      dialog.queryByRole('button', { name: 'Try version' }),
    ).not.toBeInTheDocument();
  });

  it('is not there for those who may not read records', async () => {
    renderQueuesTab(blockedBy([tried], { mayReadRecords: false }));
    const record = await findRecord(FIRST);
    expect(
      within(record).queryByRole('button', { name: 'Look at it' }),
    ).not.toBeInTheDocument();
  });
});

describe('Retry now', () => {
  it('acts at once, shows its progress, and says what was done', async () => {
    const api = blockedBy([first]);
    const decide = api.decideHeldUpRecord.bind(api);
    let answer = () => {};
    const spy = jest
      .spyOn(api, 'decideHeldUpRecord')
      .mockImplementation(async (...decision) => {
        await new Promise<void>(resolve => {
          answer = resolve;
        });
        return decide(...decision);
      });
    renderQueuesTab(api);

    await press(FIRST, 'Retry now');
    const button = screen.getByRole('button', { name: 'Retry now' });
    expect(button).toHaveAttribute('aria-busy', 'true');
    expect(button).toBeDisabled();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    answer();

    expect(await screen.findByRole('status')).toHaveTextContent(
      `${FIRST} is tried again.`,
    );
    expect(await screen.findByText('Running')).toBeInTheDocument();
    expect(spy).toHaveBeenCalledWith('queue-reviews', {
      action: 'retry',
      partition: 2,
      offset: '8812',
    });
  });

  it('says beneath the record why it failed, and not beneath the next one', async () => {
    const api = blockedBy([first, second]);
    jest.spyOn(api, 'decideHeldUpRecord').mockRejectedValue(
      await responseError(409, {
        name: 'ConflictError',
        message: 'The record is not held up any more',
      }),
    );
    renderQueuesTab(api);

    await press(FIRST, 'Retry now');
    const alert = await within(await findRecord(FIRST)).findByRole('alert');
    expect(alert).toHaveTextContent('The record could not be tried again');
    expect(alert).toHaveTextContent('The record is not held up any more');

    api.queues = blockedBy([second]).queues;
    await lookAgain();
    const next = await findRecord(SECOND);
    expect(within(next).queryByRole('alert')).not.toBeInTheDocument();
    expect(
      within(next).getByRole('button', { name: 'Retry now' }),
    ).toBeEnabled();
  });
});

describe('Skip this record', () => {
  it('asks first, names the record, and loses nothing by habit', async () => {
    const api = blockedBy([first]);
    const decide = jest.spyOn(api, 'decideHeldUpRecord');
    renderQueuesTab(api);

    await press(FIRST, 'Skip this record');
    const dialog = await screen.findByRole('dialog', {
      name: 'Skip this record?',
    });
    expect(dialog).toHaveTextContent(
      `${FIRST} of reviews: this record will never be delivered`,
    );
    await expectAccessible();

    expect(
      within(dialog).getByRole('button', { name: 'Cancel' }),
    ).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(decide).not.toHaveBeenCalled();
  });

  it('works with the keyboard alone, and says what was done', async () => {
    const api = blockedBy([first]);
    const decide = jest.spyOn(api, 'decideHeldUpRecord');
    renderQueuesTab(api);

    const record = await findRecord(FIRST);
    act(() =>
      within(record).getByRole('button', { name: 'Retry now' }).focus(),
    );
    await userEvent.keyboard('{Tab}{Enter}');
    const dialog = await screen.findByRole('dialog');
    await userEvent.keyboard('{Tab}{Enter}');

    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(decide).toHaveBeenCalledWith('queue-reviews', {
      action: 'skip',
      partition: 2,
      offset: '8812',
    });
    expect(await screen.findByRole('status')).toHaveTextContent(
      `${FIRST} was skipped.`,
    );
    expect(await screen.findByText('Running')).toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('status')).not.toBeInTheDocument();
  });

  it('goes on asking about the same record while the row changes', async () => {
    const api = blockedBy([first]);
    renderQueuesTab(api);

    await press(FIRST, 'Skip this record');
    const dialog = await screen.findByRole('dialog');
    api.queues = api.queues.map(queue => ({ ...queue, status: aStatus() }));
    await lookAgain();
    expect(await screen.findByText('Running')).toBeInTheDocument();
    expect(dialog).toHaveTextContent(FIRST);

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Skip this record' }),
    );
    const alert = await within(dialog).findByRole('alert');
    expect(alert).toHaveTextContent('The record could not be skipped');
    expect(alert).toHaveTextContent('The record is not held up any more');
  });
});

describe('Dead-letter it', () => {
  it('names the topic of the queue', async () => {
    const api = blockedBy([first], withTopic);
    const decide = jest.spyOn(api, 'decideHeldUpRecord');
    renderQueuesTab(api);

    await press(FIRST, 'Dead-letter it');
    const dialog = await screen.findByRole('dialog', {
      name: 'Dead-letter this record?',
    });
    expect(dialog).toHaveTextContent(
      `${FIRST} of reviews: this record goes to parked`,
    );
    expect(within(dialog).queryByRole('textbox')).not.toBeInTheDocument();
    expect(
      within(dialog).getByRole('button', { name: 'Cancel' }),
    ).toHaveFocus();
    await expectAccessible();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Dead-letter it' }),
    );

    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(decide).toHaveBeenCalledWith('queue-reviews', {
      action: 'dead-letter',
      partition: 2,
      offset: '8812',
      deadLetterTopic: 'parked',
    });
    expect(await screen.findByRole('status')).toHaveTextContent(
      `${FIRST} goes to the dead-letter topic.`,
    );
    expect(
      await screen.findByText('5 records dead-lettered'),
    ).toBeInTheDocument();
  });

  it('asks for a topic where the queue has none', async () => {
    const api = blockedBy([first]);
    const decide = jest.spyOn(api, 'decideHeldUpRecord');
    renderQueuesTab(api);

    await press(FIRST, 'Dead-letter it');
    const dialog = await screen.findByRole('dialog', {
      name: 'Dead-letter this record?',
    });
    expect(dialog).toHaveAccessibleDescription(/Partition 2, offset 8,812/);
    const field = within(dialog).getByRole('textbox', {
      name: /Dead-letter topic/,
    });
    expect(field).toBeRequired();
    expect(field).toHaveFocus();
    await expectAccessible();

    await userEvent.keyboard('{Enter}');
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(/A topic name has letters/);
    await userEvent.keyboard('reviews{Enter}');
    expect(field).toHaveAccessibleDescription(/the topic that the queue reads/);
    await userEvent.clear(field);
    await userEvent.keyboard('not a topic{Enter}');
    expect(field).toBeInvalid();
    expect(decide).not.toHaveBeenCalled();

    await userEvent.clear(field);
    await userEvent.keyboard(' reviews.parked {Enter}');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(decide).toHaveBeenCalledWith('queue-reviews', {
      action: 'dead-letter',
      partition: 2,
      offset: '8812',
      deadLetterTopic: 'reviews.parked',
    });
    expect(await screen.findByText('Running')).toBeInTheDocument();
  });

  it('stays open with what was entered when it fails', async () => {
    const api = blockedBy([first]);
    jest.spyOn(api, 'decideHeldUpRecord').mockRejectedValue(
      await responseError(400, {
        name: 'InputError',
        message: 'deadLetterTopic: the cluster has no topic parked',
      }),
    );
    renderQueuesTab(api);

    await press(FIRST, 'Dead-letter it');
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox'), 'parked');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Dead-letter it' }),
    );

    const alert = await within(dialog).findByRole('alert');
    expect(alert).toHaveTextContent('The record could not be dead-lettered');
    expect(alert).toHaveTextContent('the cluster has no topic parked');
    expect(within(dialog).getByRole('textbox')).toHaveValue('parked');
    expect(
      within(dialog).getByRole('button', { name: 'Dead-letter it' }),
    ).toBeEnabled();
  });
});

describe('more held-up records', () => {
  const openList = async () => {
    const more = await screen.findByRole('button', {
      name: 'and 2 more records are held up',
    });
    act(() => more.focus());
    await userEvent.keyboard('{Enter}');
    return screen.findByRole('dialog', { name: 'Held-up records of reviews' });
  };

  it('are counted, and listed with their own actions', async () => {
    renderQueuesTab(blockedBy([first, second, third]));

    const list = await openList();
    expect(
      within(list)
        .getAllByRole('group')
        .map(group => group.getAttribute('aria-label')),
    ).toEqual([FIRST, SECOND, THIRD]);
    const items = within(list).getAllByRole('listitem');
    expect(items[1]).toHaveTextContent('Blocked');
    expect(items[1]).toHaveTextContent('10 failed attempts');
    expect(items[2]).toHaveTextContent('Retrying');
    expect(
      within(items[2])
        .getAllByRole('button')
        .map(({ textContent }) => textContent),
    ).toEqual([
      'Look at it',
      'Retry now',
      'Skip this record',
      'Dead-letter it',
    ]);
    await expectAccessible();

    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(list).not.toBeInTheDocument());
    expect(
      screen.getByRole('button', { name: 'and 2 more records are held up' }),
    ).toHaveFocus();
  });

  it('leave the list when they are done, which stays open', async () => {
    const api = blockedBy([first, second, third]);
    renderQueuesTab(api);

    const list = await openList();
    await press(SECOND, 'Skip this record');
    const question = await screen.findByRole('dialog', {
      name: 'Skip this record?',
    });
    expect(question).toHaveTextContent(SECOND);
    await userEvent.click(
      within(question).getByRole('button', { name: 'Skip this record' }),
    );
    expect(await screen.findByRole('status')).toHaveTextContent(
      `${SECOND} was skipped.`,
    );
    await waitFor(() => expect(question).not.toBeInTheDocument());
    expect(
      within(list)
        .getAllByRole('group')
        .map(group => group.getAttribute('aria-label')),
    ).toEqual([FIRST, THIRD]);

    api.queues = api.queues.map(queue => ({ ...queue, status: aStatus() }));
    await lookAgain();
    expect(
      await within(list).findByText('No record is held up any more.'),
    ).toBeInTheDocument();
    await userEvent.click(within(list).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(list).not.toBeInTheDocument());
  });
});
