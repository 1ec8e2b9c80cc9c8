import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  defaultQueueSettings,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { aHeldUpRecord, aQueue, aStatus } from '../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../../__testUtils__/renderQueuesTab';
import { responseError } from '../../__testUtils__/responseError';

const heldUp = [
  aHeldUpRecord({ partition: 0, offset: '7' }),
  aHeldUpRecord({ partition: 1, offset: '8' }),
  aHeldUpRecord({ partition: 2, offset: '9', phase: 'retrying' }),
  aHeldUpRecord({ partition: 3, offset: '10' }),
];
/** The blocked ones; the other goes on by itself. */
const BLOCKED = [
  { partition: 0, offset: '7' },
  { partition: 1, offset: '8' },
  { partition: 3, offset: '10' },
];

/** Opens the list of a queue that these records hold up. */
async function openList(overrides: Partial<Queue> = {}) {
  const api = new InMemoryEventFlows({
    queues: [
      aQueue({
        ...{ state: 'enabled', versionRef: 'latest' },
        settings: defaultQueueSettings,
        status: aStatus({ phase: 'blocked', heldUp }),
        ...overrides,
      }),
    ],
  });
  const decide = jest.spyOn(api, 'decideHeldUpRecord');
  renderQueuesTab(api);
  await userEvent.click(
    await screen.findByRole('button', {
      name: 'and 3 more records are held up',
    }),
  );
  const list = within(
    await screen.findByRole('dialog', { name: 'Held-up records of reviews' }),
  );
  return { api, decide, list };
}

const decisions = (decide: jest.SpyInstance) =>
  decide.mock.calls.map(([, decision]) => decision);

describe('all blocked records of a queue', () => {
  it('are tried again at once, those that go on by themselves left alone', async () => {
    const { decide, list } = await openList();
    await expectAccessible();
    await userEvent.click(list.getByRole('button', { name: 'Retry all 3' }));
    expect(await list.findByText('3 of 3 done.')).toBeInTheDocument();
    expect(decisions(decide)).toEqual(
      BLOCKED.map(place => ({ action: 'retry', ...place })),
    );
    expect(
      list.queryByRole('button', { name: /Retry all/ }),
    ).not.toBeInTheDocument();
  });

  it('are skipped when that was confirmed, and not before', async () => {
    const { decide, list } = await openList();
    await userEvent.click(list.getByRole('button', { name: 'Skip all 3' }));
    const question = within(
      await screen.findByRole('dialog', { name: 'Skip these 3 records?' }),
    );
    expect(decide).not.toHaveBeenCalled();
    await userEvent.click(question.getByRole('button', { name: 'Skip all 3' }));
    expect(await list.findByText('3 of 3 done.')).toBeInTheDocument();
    expect(decisions(decide)).toEqual(
      BLOCKED.map(place => ({ action: 'skip', ...place })),
    );
  });

  it('go to the topic that the queue has for dead letters', async () => {
    const { decide, list } = await openList({
      settings: { ...defaultQueueSettings, deadLetterTopic: 'parked' },
    });
    await userEvent.click(
      list.getByRole('button', { name: 'Dead-letter all 3' }),
    );
    const question = await screen.findByRole('dialog', {
      name: 'Dead-letter these 3 records?',
    });
    expect(question).toHaveTextContent('go to parked instead of the algorithm');
    await userEvent.click(
      within(question).getByRole('button', { name: 'Dead-letter all 3' }),
    );
    expect(await list.findByText('3 of 3 done.')).toBeInTheDocument();
    expect(decisions(decide)).toEqual(
      BLOCKED.map(place => ({
        ...{ action: 'dead-letter', deadLetterTopic: 'parked' },
        ...place,
      })),
    );
  });

  it('go to the topic that is named, where the queue has none', async () => {
    const { decide, list } = await openList();
    await userEvent.click(
      list.getByRole('button', { name: 'Dead-letter all 3' }),
    );
    const question = within(
      await screen.findByRole('dialog', {
        name: 'Dead-letter these 3 records?',
      }),
    );
    await userEvent.type(question.getByRole('textbox'), 'parked{Enter}');
    expect(await list.findByText('3 of 3 done.')).toBeInTheDocument();
    expect(decisions(decide)[0]).toEqual({
      ...{ action: 'dead-letter', deadLetterTopic: 'parked' },
      ...BLOCKED[0],
    });
  });

  it('are not left by accident while they are decided about', async () => {
    const { api, decide, list } = await openList();
    const answer = api.decideHeldUpRecord.bind(api);
    let goOn = () => {};
    decide.mockImplementationOnce(async (...call) => {
      await new Promise<void>(resolve => (goOn = resolve));
      return answer(...call);
    });
    await userEvent.click(list.getByRole('button', { name: 'Retry all 3' }));
    await userEvent.keyboard('{Escape}');
    expect(list.getByRole('button', { name: 'Close' })).toBeDisabled();
    goOn();
    expect(await list.findByText('3 of 3 done.')).toBeInTheDocument();
    await userEvent.click(list.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are counted apart where others were faster', async () => {
    const { decide, list } = await openList();
    decide.mockRejectedValueOnce(
      await responseError(409, {
        ...{ name: 'ConflictError', message: 'It is not held up any more' },
      }),
    );
    await userEvent.click(list.getByRole('button', { name: 'Retry all 3' }));
    expect(
      await list.findByText('2 of 3 done. 1 was not held up any more.'),
    ).toBeInTheDocument();
  });

  it('end at the first that cannot be decided about, and say why', async () => {
    const { decide, list } = await openList();
    decide.mockRejectedValue(
      await responseError(503, {
        ...{ name: 'ServiceUnavailableError', message: 'Kafka is away' },
      }),
    );
    await userEvent.click(list.getByRole('button', { name: 'Retry all 3' }));
    expect(await list.findByRole('alert')).toHaveTextContent('Kafka is away');
    expect(list.getByText('0 of 3 done.')).toBeInTheDocument();
    expect(decide).toHaveBeenCalledTimes(1);
    expect(list.getByRole('button', { name: 'Retry all 3' })).toBeEnabled();
  });

  it('are not decided about by those who may only look', async () => {
    const { decide, list } = await openList({ mayUpdate: false });
    const button = list.getByRole('button', { name: 'Retry all 3' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button, { pointerEventsCheck: 0 });
    expect(decide).not.toHaveBeenCalled();
    expect(list.getAllByRole('listitem')).toHaveLength(4);
  });
});
