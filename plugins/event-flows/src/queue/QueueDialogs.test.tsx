import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import {
  defaultQueueSettings,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import { ago, aQueue, aStatus } from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../__testUtils__/renderQueuesTab';
import { responseError } from '../__testUtils__/responseError';

const versionRef = 'component:default/sentiment-1-0-2';
const settings = { ...defaultQueueSettings, maxAttempts: 4 };
const running = aQueue({
  ...{ state: 'enabled', versionRef, settings, status: aStatus() },
});

function show(queue: Queue) {
  const api = new InMemoryEventFlows({ queues: [queue] });
  renderQueuesTab(api);
  return api;
}

const press = async (name: string) =>
  userEvent.click(await screen.findByRole('button', { name }));

const dialogOf = (name: string) => screen.findByRole('dialog', { name });

const confirm = async (dialog: HTMLElement, name: string) =>
  userEvent.click(await within(dialog).findByRole('button', { name }));

/** What the page does every few seconds, and when one comes back to it. */
const lookAgain = () =>
  act(async () => {
    window.dispatchEvent(new Event('visibilitychange'));
  });

describe('a queue that is paused', () => {
  const paused = {
    ...running,
    status: aStatus({ phase: 'paused', reason: '401 from elsewhere' }),
  };

  it('is tried again at once, as it is, and only where that was approved', async () => {
    const api = show(paused);
    const update = jest.spyOn(api, 'updateQueue');
    await press('Try again now');
    const dialog = await dialogOf('Try reviews again now?');
    expect(dialog).toHaveTextContent('401 from elsewhere');
    await expectAccessible();
    await confirm(dialog, 'Try again now');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(update).toHaveBeenCalledWith('queue-reviews', {
      ...{ state: 'enabled', versionRef, settings, revision: 1 },
      origin: 'https://algorithms.example.com',
    });
  });

  it.each<[string, Partial<Queue>]>([
    ['was disabled', { state: 'disabled', revision: 2 }],
    ['was edited', { revision: 2 }],
    [
      'waits for approval',
      {
        status: aStatus({
          phase: 'paused',
          waitsFor: {
            ...{ kind: 'approval', since: ago(0), versionRef },
            origin: 'https://elsewhere.example.com',
            approvedOrigin: 'https://algorithms.example.com',
          },
        }),
      },
    ],
  ])('is not tried again where it %s meanwhile', async (_what, changed) => {
    const api = show(paused);
    const update = jest.spyOn(api, 'updateQueue');
    await press('Try again now');
    await dialogOf('Try reviews again now?');
    api.queues = [{ ...paused, ...changed }];
    await lookAgain();
    const over = await dialogOf('Nothing to try for reviews');
    await confirm(over, 'Close');
    expect(update).not.toHaveBeenCalled();
  });

  it('says why it cannot be where the versions are not known', async () => {
    const catalog = catalogApiMock.mock();
    catalog.getEntities.mockRejectedValue(new Error('the catalog is away'));
    const api = new InMemoryEventFlows({ queues: [paused] });
    renderQueuesTab(api, { catalog });
    await press('Try again now');
    const dialog = await dialogOf('Try reviews again now?');
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The versions could not be loaded',
    );
  });

  it('is not tried again in passing where it waits for somebody', async () => {
    show({
      ...paused,
      status: aStatus({
        phase: 'paused',
        waitsFor: { kind: 'access', since: ago(60_000) },
      }),
    });
    await screen.findByRole('button', { name: 'Edit' });
    expect(
      screen.queryByRole('button', { name: 'Try again now' }),
    ).not.toBeInTheDocument();
  });
});

describe('a queue that somebody is about to approve', () => {
  it('is not approved by a question that is out of date', async () => {
    const api = show({
      ...running,
      status: aStatus({
        phase: 'paused',
        waitsFor: {
          ...{ kind: 'approval', since: ago(60_000), versionRef },
          origin: 'https://elsewhere.example.com',
          approvedOrigin: 'https://algorithms.example.com',
        },
      }),
    });
    await press('Approve');
    await dialogOf('Send reviews to https://elsewhere.example.com?');

    api.queues = [{ ...running, revision: 2 }];
    await lookAgain();
    const over = await dialogOf('Nothing to approve for reviews');
    expect(over).toHaveTextContent('It was approved or changed meanwhile');
    expect(
      within(over).queryByRole('button', { name: 'Approve' }),
    ).not.toBeInTheDocument();
    await confirm(over, 'Close');
    await waitFor(() => expect(over).not.toBeInTheDocument());
  });
});

describe('a queue that is being disabled', () => {
  const unconfirmed = {
    name: 'ServiceUnavailableError',
    message: 'The queue is disabled, but a replica has not confirmed it',
  };

  it('is said to be disabled where it has only not been seen to stop', async () => {
    const api = show(running);
    const update = api.updateQueue.bind(api);
    jest.spyOn(api, 'updateQueue').mockImplementation(async (...call) => {
      await update(...call);
      throw await responseError(503, unconfirmed);
    });
    await press('Disable');
    const dialog = await dialogOf('Stop delivering reviews to Sentiment?');
    await confirm(dialog, 'Disable');
    const alert = await within(dialog).findByRole('alert');
    expect(alert).toHaveTextContent('It is disabled, and has not been seen');
    expect(alert).toHaveTextContent('a replica has not confirmed it');
    expect(
      within(dialog).queryByRole('button', { name: 'Disable' }),
    ).not.toBeInTheDocument();
    await confirm(dialog, 'Close');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
  });

  it('is said not to be where nothing was stored', async () => {
    const api = show(running);
    jest
      .spyOn(api, 'updateQueue')
      .mockRejectedValue(await responseError(503, unconfirmed));
    await press('Disable');
    const dialog = await dialogOf('Stop delivering reviews to Sentiment?');
    await confirm(dialog, 'Disable');
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The queue could not be disabled',
    );
  });
});

describe('a queue whose access is removed while a dialog is open', () => {
  it('is said to be gone', async () => {
    const api = show(running);
    await press('Edit');
    await dialogOf('Deliver reviews to Sentiment');
    api.queues = [];
    await lookAgain();
    const gone = await dialogOf('reviews → Sentiment is gone');
    expect(gone).toHaveTextContent('Nothing was saved');
    await confirm(gone, 'Close');
    await waitFor(() => expect(gone).not.toBeInTheDocument());
  });
});

describe('an algorithm without versions', () => {
  it('is not enabled without a word', async () => {
    const api = new InMemoryEventFlows({ queues: [aQueue()] });
    renderQueuesTab(api, { catalog: catalogApiMock({ entities: [] }) });
    await press('Enable');
    const dialog = await screen.findByRole('dialog');
    await confirm(dialog, 'Enable');
    expect(await within(dialog).findByText('Choose a version.')).toBeVisible();
  });
});

describe('the dialog Edit', () => {
  /** Beside the dialog. */
  const clickBeside = () => {
    const beside = screen.getByRole('dialog').parentElement;
    fireEvent.mouseDown(beside ?? document.body);
    fireEvent.mouseUp(beside ?? document.body);
  };

  it('loses nothing that was entered by a stray click', async () => {
    show(running);
    await press('Edit');
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      await within(dialog).findByRole('radio', { name: /Latest/ }),
    );
    clickBeside();
    await lookAgain();
    expect(dialog).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
  });

  it('closes by it where nothing was entered', async () => {
    show(running);
    await press('Edit');
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByRole('radio', { name: /Latest/ });
    clickBeside();
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
  });

  it('stays until it is known what came of saving', async () => {
    const api = show(running);
    let refuse = () => {};
    const refused = await responseError(503, {
      ...{ name: 'ServiceUnavailableError', message: 'Kafka is away' },
    });
    jest.spyOn(api, 'updateQueue').mockImplementation(
      () =>
        new Promise((_resolve, reject) => {
          refuse = () => reject(refused);
        }),
    );
    await press('Edit');
    const dialog = await screen.findByRole('dialog');
    await confirm(dialog, 'Save');
    await userEvent.keyboard('{Escape}');
    clickBeside();
    refuse();
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'Kafka is away',
    );
  });
});
