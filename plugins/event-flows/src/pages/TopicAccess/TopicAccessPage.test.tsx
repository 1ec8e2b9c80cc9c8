import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aConnection,
  aQueue,
  aTopic,
  anAlgorithm,
} from '../../__testUtils__/fixtures';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { responseError } from '../../__testUtils__/responseError';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';

const PATH = '/queue-manager/orders-prod/topics/reviews/access';
const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud-score';
const CHURN = 'component:default/churn';

const entities = [
  anAlgorithm('sentiment', 'Sentiment'),
  anAlgorithm('fraud-score', 'Fraud score'),
  anAlgorithm('churn', 'Churn'),
];

/** Of the queue; a disabled one was never enabled unless that is said. */
function aBackend(
  state: 'enabled' | 'disabled' = 'disabled',
  versionRef = state === 'enabled' ? 'latest' : undefined,
) {
  return new InMemoryEventFlows({
    connections: [aConnection()],
    topics: { 'orders-prod': [aTopic('reviews')] },
    queues: [aQueue({ state, versionRef })],
  });
}

async function addAlgorithm(title: string) {
  await userEvent.type(
    await screen.findByRole('textbox', { name: 'Add an algorithm' }),
    title,
  );
  // What was found before shows for a moment more, and would move at the click.
  const option = await waitFor(() => {
    const [only, ...others] = screen.getAllByRole('option');
    expect(only).toHaveAccessibleName(expect.stringContaining(title));
    expect(others).toEqual([]);
    return only;
  });
  await userEvent.click(option);
}

const unavailable = (message: string) =>
  responseError(503, { name: 'ServiceUnavailableError', message });

const accessOf = (api: InMemoryEventFlows) =>
  api.queues.map(({ algorithmRef }) => algorithmRef);

describe('the page that decides on access', () => {
  it('adds and removes, counts the changes, saves, and goes back to the sheet', async () => {
    const api = aBackend();
    renderQueueManager(PATH, api, entities);

    const save = await screen.findByRole('button', { name: 'Save changes' });
    expect(save).toBeDisabled();
    await addAlgorithm('Fraud');
    await addAlgorithm('Churn');
    await userEvent.click(
      screen.getByRole('button', { name: `Remove ${SENTIMENT}` }),
    );
    expect(screen.getByRole('status')).toHaveTextContent('2 added, 1 removed');
    expect(screen.getByRole('row', { name: /churn/ })).toHaveTextContent('new');
    expect(screen.getByRole('row', { name: /sentiment/ })).toHaveTextContent(
      'will be removed',
    );
    await expectAccessible();

    await userEvent.click(
      screen.getByRole('button', { name: `Undo the change of ${CHURN}` }),
    );
    await userEvent.click(save);

    expect(
      await screen.findByRole('dialog', { name: 'reviews' }),
    ).toBeInTheDocument();
    expect(accessOf(api)).toEqual([FRAUD]);
  });

  it('lets an algorithm publish instead of reading', async () => {
    const api = aBackend();
    const update = jest.spyOn(api, 'updateAccess');
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Fraud');
    const row = screen.getByRole('row', { name: /fraud/ });
    expect(row).toHaveTextContent(
      'It is sent the records of this topic, by a queue.',
    );
    await userEvent.click(
      screen.getByRole('button', { name: `API type of ${FRAUD} Subscriber` }),
    );
    await userEvent.click(screen.getByRole('option', { name: 'Publisher' }));
    expect(row).toHaveTextContent(
      'What it answers can be published to this topic.',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    const sheet = within(
      await screen.findByRole('dialog', { name: 'reviews' }),
    );
    expect(sheet.getByText('Publisher')).toBeVisible();
    expect(update.mock.calls[0][2].access).toContainEqual({
      ...{ algorithmRef: FRAUD, apiType: 'publisher' },
    });
  });

  it('empties the search for the next one, also after a whole title', async () => {
    renderQueueManager(PATH, aBackend(), entities);
    await addAlgorithm('Fraud score');
    expect(
      screen.getByRole('textbox', { name: 'Add an algorithm' }),
    ).toHaveValue('');
  });

  it('marks what is there already in the search', async () => {
    renderQueueManager(PATH, aBackend(), entities);

    await userEvent.type(
      await screen.findByRole('textbox', { name: 'Add an algorithm' }),
      'Sentiment',
    );
    const option = await screen.findByRole('option', {
      name: /already added/,
    });
    expect(option).toHaveAttribute('aria-disabled', 'true');
  });

  it('renews the access of an algorithm that was created anew, when told to', async () => {
    const api = aBackend('enabled');
    api.recreated = [SENTIMENT];
    const update = jest.spyOn(api, 'updateAccess');
    renderQueueManager(PATH, api, entities);

    const row = await screen.findByRole('row', { name: /sentiment/ });
    expect(row).toHaveTextContent('the new one has none');
    await expectAccessible();
    await userEvent.click(
      screen.getByRole('button', {
        name: `Give access to the new ${SENTIMENT}`,
      }),
    );
    expect(row).toHaveTextContent('will be renewed');
    expect(screen.getByRole('status')).toHaveTextContent('1 renewed');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    await waitFor(() => expect(api.queues[0].state).toBe('disabled'));
    expect(update.mock.calls[0][2].access).toEqual([
      { algorithmRef: SENTIMENT, apiType: 'subscriber', renew: true },
    ]);
  });

  it.each([
    ['is saved', true, 'The access is saved, and queues are still stopping'],
    ['is not saved', false, 'The changes could not be saved'],
  ])(
    'knows whether a renewal %s where the backend could not say so',
    async (_what, isStored, said) => {
      const api = aBackend('enabled');
      api.recreated = [SENTIMENT];
      const store = api.updateAccess.bind(api);
      jest.spyOn(api, 'updateAccess').mockImplementation(async (...args) => {
        if (isStored) {
          await store(...args);
          api.recreated = [];
        }
        throw await unavailable('The service is shutting down');
      });
      renderQueueManager(PATH, api, entities);
      await userEvent.click(
        await screen.findByRole('button', {
          name: `Give access to the new ${SENTIMENT}`,
        }),
      );
      await userEvent.click(
        screen.getByRole('button', { name: 'Save changes' }),
      );
      expect(await screen.findByRole('alert')).toHaveTextContent(said);
      const save = screen.getByRole('button', { name: 'Save changes' });
      expect(save.hasAttribute('disabled')).toBe(isStored);
    },
  );

  it('asks before it deletes a queue that is enabled, and says what goes with it', async () => {
    const api = aBackend('enabled');
    renderQueueManager(PATH, api, entities);

    await userEvent.click(
      await screen.findByRole('button', { name: `Remove ${SENTIMENT}` }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Remove access and delete 1 queue?',
    });
    expect(within(dialog).getByText(/reviews →/)).toBeInTheDocument();
    expect(dialog).toHaveTextContent(
      'Deleted for good, each with its position, history and receipts:',
    );
    expect(dialog).toHaveTextContent('1 of them is enabled. It stops as soon');
    expect(dialog).toHaveTextContent(
      'Access that is given again begins a new queue',
    );
    expect(accessOf(api)).toEqual([SENTIMENT]);

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Remove and delete' }),
    );
    await waitFor(() => expect(accessOf(api)).toEqual([]));
  });

  it.each([
    ['was enabled before', (api: InMemoryEventFlows) => api],
    [
      'cannot be seen',
      (api: InMemoryEventFlows) => {
        jest.spyOn(api, 'getQueues').mockResolvedValue({ items: [] });
        return api;
      },
    ],
  ])(
    'asks before it deletes a disabled queue that %s',
    async (_what, given) => {
      const api = given(aBackend('disabled', 'latest'));
      renderQueueManager(PATH, api, entities);

      await userEvent.click(
        await screen.findByRole('button', { name: `Remove ${SENTIMENT}` }),
      );
      await userEvent.click(
        screen.getByRole('button', { name: 'Save changes' }),
      );
      const dialog = await screen.findByRole('dialog', {
        name: 'Remove access and delete 1 queue?',
      });
      expect(within(dialog).getByText(/reviews →/)).toBeInTheDocument();
      expect(dialog).not.toHaveTextContent('enabled');
      expect(accessOf(api)).toEqual([SENTIMENT]);
    },
  );

  it('says that it is saved when queues are still stopping, and lets one go on', async () => {
    const api = aBackend();
    const store = api.updateAccess.bind(api);
    const update = jest
      .spyOn(api, 'updateAccess')
      .mockImplementationOnce(async (...args) => {
        await store(...args);
        throw await unavailable('The access is saved, but queues still stop');
      });
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Churn');
    const save = screen.getByRole('button', { name: 'Save changes' });
    await userEvent.click(save);

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The access is saved, and queues are still stoppingThe access is saved, but queues still stop.',
    );
    expect(screen.getByRole('button', { name: 'Save changes' })).toBeDisabled();
    expect(
      screen.getByRole('button', { name: 'Back to the topic' }),
    ).toBeInTheDocument();

    await addAlgorithm('Fraud');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    expect(
      await screen.findByRole('dialog', { name: 'reviews' }),
    ).toBeInTheDocument();
    expect(update).toHaveBeenCalledTimes(2);
    expect(accessOf(api)).toEqual([SENTIMENT, CHURN, FRAUD]);
  });

  it('says that nothing is saved when the backend could not save it', async () => {
    const api = aBackend();
    jest
      .spyOn(api, 'updateAccess')
      .mockRejectedValue(await unavailable('The service is shutting down'));
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Churn');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The changes could not be savedThe service is shutting down.',
    );
    expect(screen.getByRole('button', { name: 'Save changes' })).toBeEnabled();
  });

  it('shows what somebody else saved in between, and keeps both', async () => {
    const api = aBackend();
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Churn');
    await api.updateAccess('orders-prod', 'reviews', {
      access: [
        { algorithmRef: SENTIMENT, apiType: 'subscriber' },
        { algorithmRef: FRAUD, apiType: 'subscriber' },
      ],
      revision: 0,
    });

    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('nils changed this access 1 minute ago');
    expect(notice).toHaveTextContent(/Their changesadded fraud/i);
    await userEvent.click(
      within(notice).getByRole('button', {
        name: 'Take theirs and re-apply mine',
      }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    await waitFor(() =>
      expect(accessOf(api)).toEqual([SENTIMENT, FRAUD, CHURN]),
    );
  });

  it('says why it is refused where nobody else has saved', async () => {
    const api = aBackend();
    jest.spyOn(api, 'updateAccess').mockRejectedValue(
      await responseError(409, {
        name: 'ConflictError',
        message: 'The queue of orders publishes to reviews; disable it first',
      }),
    );
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Churn');
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The changes could not be savedThe queue of orders publishes to reviews; disable it first.',
    );
    expect(screen.getByRole('button', { name: 'Save changes' })).toBeEnabled();
  });

  it('says when somebody else saved the same', async () => {
    const api = aBackend();
    renderQueueManager(PATH, api, entities);
    await addAlgorithm('Churn');
    await api.updateAccess('orders-prod', 'reviews', {
      access: [
        { algorithmRef: SENTIMENT, apiType: 'subscriber' },
        { algorithmRef: CHURN, apiType: 'subscriber' },
      ],
      revision: 0,
    });
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Nothing is left to save: their list already says what you wanted.',
    );
  });

  it('asks before changes are lost', async () => {
    renderQueueManager(PATH, aBackend(), entities);
    await addAlgorithm('Churn');

    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Leave without saving?',
    });
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Keep editing' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(screen.getByRole('row', { name: /churn/ })).toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Discard changes' }),
    );
    expect(
      await screen.findByRole('dialog', { name: 'reviews' }),
    ).toBeInTheDocument();
  });
});
