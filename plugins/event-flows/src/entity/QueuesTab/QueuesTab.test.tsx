import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { aQueue, aStatus, ago } from '../../__testUtils__/fixtures';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { inNarrowWindow } from '../../__testUtils__/inNarrowWindow';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../../__testUtils__/renderQueuesTab';
import { responseError } from '../../__testUtils__/responseError';

const enabled = {
  state: 'enabled',
  versionRef: 'component:default/sentiment-1-0-2',
  settings: defaultQueueSettings,
} as const;

const act = async (name: string) =>
  userEvent.click(await screen.findByRole('button', { name }));

describe('the Queues tab', () => {
  it('says what each queue does and why, without hovering', async () => {
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [
          aQueue({
            ...enabled,
            status: aStatus({
              phase: 'retrying',
              reason: '3rd attempt, 502 from sentiment.example.com',
            }),
          }),
          aQueue({ id: 'two', topic: 'payments' }),
        ],
      }),
    );

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('Retrying');
    // A hyphen is part of a name, not a place to break it.
    expect(within(row).getByText('reviews').parentElement).toHaveStyle({
      whiteSpace: 'nowrap',
    });
    expect(row).toHaveTextContent(
      '3rd attempt, 502 from sentiment.example.com',
    );
    expect(row).toHaveTextContent('1,234');
    await waitFor(() => expect(row).toHaveTextContent('1.0.2'));
    expect(screen.getByRole('row', { name: /payments/ })).toHaveTextContent(
      'Disabled',
    );
    await expectAccessible();
  });

  it('says for how long nothing was delivered, and what to do', async () => {
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [
          aQueue({
            ...enabled,
            status: aStatus({
              phase: 'retrying',
              reason: '503 from sentiment.example.com',
              stalledSince: ago(3 * 60 * 60_000),
            }),
          }),
        ],
      }),
    );

    const row = await screen.findByRole('row', { name: /reviews/ });
    expect(row).toHaveTextContent('Has delivered nothing for 3 hours.');
    expect(row).toHaveTextContent('See whether the endpoint is up');
    await expectAccessible();
  });

  it('cuts names shorter in a narrow window, so that the buttons stay in it', async () => {
    await inNarrowWindow(async () => {
      renderQueuesTab(
        new InMemoryEventFlows({
          queues: [aQueue({ topic: 'com.example.customer-feedback.v2' })],
        }),
      );
      expect(await screen.findByText('com.examp…dback.v2')).toBeVisible();
    });
  });

  it('mentions an error of the last minutes of a queue that goes on', async () => {
    const lastError = { at: ago(120_000), message: '502 from example.com' };
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [aQueue({ ...enabled, status: aStatus({ lastError }) })],
      }),
    );

    expect(
      await screen.findByRole('row', { name: /reviews/ }),
    ).toHaveTextContent('Last error 2 minutes ago: 502 from example.com');
  });

  it('enables for the first time with Latest and new records', async () => {
    const api = new InMemoryEventFlows({ queues: [aQueue()] });
    const update = jest.spyOn(api, 'updateQueue');
    renderQueuesTab(api);

    await act('Enable');
    const dialog = await screen.findByRole('dialog', {
      name: 'Deliver reviews to Sentiment',
    });
    const radios = await within(dialog).findAllByRole('radio');
    expect(
      radios.slice(0, 5).map(radio => radio.getAttribute('value')),
    ).toEqual([
      'latest',
      'component:default/sentiment-1-1-0',
      'component:default/sentiment-1-0-2',
      'component:default/sentiment-0-9-0',
      'component:default/sentiment-1-2-0',
    ]);
    expect(radios[0]).toBeChecked();
    expect(radios[3]).toHaveAccessibleName(/^0\.9\.0 ?Deprecated/);
    expect(within(dialog).getAllByText('Deprecated')).toHaveLength(1);
    expect(radios[4]).toBeDisabled();
    expect(dialog).toHaveTextContent('now 1.1.0');
    expect(dialog).toHaveTextContent('deprecated · algorithms.example.com');
    expect(dialog).toHaveTextContent(/event-flows.io\/endpoint is not a URL/);
    await expectAccessible();

    await userEvent.click(
      within(dialog).getByRole('checkbox', { name: /Put records/ }),
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Enable' }),
    );

    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(update).toHaveBeenCalledWith('queue-reviews', {
      state: 'enabled',
      versionRef: 'latest',
      origin: 'https://algorithms.example.com',
      settings: {
        startFrom: 'latest',
        deadLetterTopic: 'reviews.dead-letters',
      },
      revision: 1,
    });
    expect(await screen.findByText('Running')).toBeInTheDocument();
  });

  it('shows what the operator chose as default', async () => {
    renderQueuesTab(new InMemoryEventFlows({ queues: [aQueue()] }), {
      config: {
        eventFlows: {
          delivery: {
            defaults: {
              startFrom: 'earliest',
              ordering: 'key',
              concurrency: 4,
              timeoutMs: 2_500,
            },
          },
        },
      },
    });

    await act('Enable');
    await act('Advanced');
    const dialog = screen.getByRole('dialog');
    expect(
      within(dialog).getByRole('radio', { name: /^Everything kept/ }),
    ).toBeChecked();
    expect(
      within(dialog).getByRole('button', { name: /^Order/ }),
    ).toHaveTextContent('Default: Within each key');
    expect(dialog).toHaveTextContent(
      'On each replica of the portal. Default: 4.',
    );
    expect(dialog).toHaveTextContent('tried again. Default: 2.5.');
    expect(dialog).toHaveTextContent('undeliverable. Default: 10.');
  });

  it('says on Enable where a queue goes on', async () => {
    const stopped = aStatus({ phase: 'stopped', lag: 1_204, replicas: 0 });
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [aQueue({ versionRef: 'latest', status: stopped })],
      }),
    );

    await act('Enable');
    expect(
      await screen.findByText('Goes on at its position: 1,204 records behind.'),
    ).toBeInTheDocument();
  });

  it('says on Edit where requests in flight finish', async () => {
    const api = new InMemoryEventFlows({
      queues: [
        aQueue({
          ...enabled,
          status: aStatus({ versionRef: enabled.versionRef }),
        }),
      ],
    });
    renderQueuesTab(api);

    await act('Edit');
    await userEvent.click(
      await screen.findByRole('radio', { name: /^1\.1\.0/ }),
    );
    expect(
      screen.getByText(
        'Requests in flight finish on 1.0.2; new ones go to 1.1.0.',
      ),
    ).toBeInTheDocument();
    expect(screen.queryByText('Start with')).not.toBeInTheDocument();
    await act('Save');

    await waitFor(() =>
      expect(api.queues[0].versionRef).toBe(
        'component:default/sentiment-1-1-0',
      ),
    );
  });

  it('stays open with what was entered when it fails', async () => {
    const api = new InMemoryEventFlows({ queues: [aQueue()] });
    jest.spyOn(api, 'updateQueue').mockRejectedValue(
      await responseError(400, {
        name: 'InputError',
        message: 'The endpoint is not on the list',
      }),
    );
    renderQueuesTab(api);

    await act('Enable');
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      await within(dialog).findByRole('radio', { name: /^1\.0\.2/ }),
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Enable' }),
    );

    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'The endpoint is not on the list',
    );
    expect(
      within(dialog).getByRole('radio', { name: /^1\.0\.2/ }),
    ).toBeChecked();
  });

  describe('while somebody else changes the queue', () => {
    const changedByAda = {
      changedAt: ago(2_000),
      changedBy: 'user:default/ada',
    };
    const openEdit = async (api: InMemoryEventFlows) => {
      renderQueuesTab(api);
      await act('Edit');
      const dialog = await screen.findByRole('dialog');
      await userEvent.click(
        await within(dialog).findByRole('button', { name: 'Advanced' }),
      );
      const attempts = await within(dialog).findByRole('textbox', {
        name: 'Attempts',
      });
      await userEvent.clear(attempts);
      await userEvent.type(attempts, '7');
      return dialog;
    };
    const anApi = () =>
      new InMemoryEventFlows({
        queues: [aQueue({ ...enabled, status: aStatus() })],
      });

    it('says so instead of overwriting it, and goes on from there with what was entered', async () => {
      const api = anApi();
      const update = jest.spyOn(api, 'updateQueue');
      const dialog = await openEdit(api);

      api.queues = api.queues.map(queue => ({
        ...{ ...queue, ...changedByAda },
        ...{ revision: 2, versionRef: 'latest' },
        settings: { ...defaultQueueSettings, deadLetterTopic: 'parked' },
      }));
      await userEvent.click(
        within(dialog).getByRole('button', { name: 'Save' }),
      );

      const notice = await within(dialog).findByRole('alert');
      expect(update).toHaveBeenLastCalledWith(
        'queue-reviews',
        expect.objectContaining({ revision: 1 }),
      );
      expect(notice).toHaveTextContent('Somebody else saved in the meantime');
      expect(notice).toHaveTextContent(/ada changed this queue .*seconds ago/);
      expect(
        within(notice)
          .getAllByRole('listitem')
          .map(({ textContent }) => textContent),
      ).toEqual(['Version: Latest', 'Dead-letter topic: parked']);
      expect(
        within(dialog).getByRole('button', { name: 'Save' }),
      ).toBeDisabled();
      await expectAccessible();

      await act('Take theirs and re-apply mine');
      expect(notice).not.toBeInTheDocument();
      await userEvent.click(
        within(dialog).getByRole('button', { name: 'Save' }),
      );

      await waitFor(() => expect(dialog).not.toBeInTheDocument());
      expect(api.queues[0]).toMatchObject({
        versionRef: 'latest',
        settings: { deadLetterTopic: 'parked', maxAttempts: 7 },
        revision: 3,
      });
    });

    it('does not become Enable when they disable it, and says what it would do', async () => {
      const api = anApi();
      const dialog = await openEdit(api);

      api.queues = api.queues.map(queue => ({
        ...{ ...queue, ...changedByAda },
        ...{ revision: 2, state: 'disabled' },
      }));
      // What is on the screen is asked for again by itself.
      const notice = await within(dialog).findByRole(
        'alert',
        {},
        { timeout: 10_000 },
      );
      expect(notice).toHaveTextContent(
        'The queue is disabled now: this dialog would enable it again.',
      );
      expect(
        within(dialog).getByRole('button', { name: 'Save' }),
      ).toBeDisabled();
      expect(
        within(dialog).queryByRole('button', { name: 'Enable' }),
      ).not.toBeInTheDocument();

      await act('Take theirs and re-apply mine');
      expect(
        within(dialog).getByRole('button', { name: 'Enable' }),
      ).toBeEnabled();
      expect(
        within(dialog).getByRole('textbox', { name: 'Attempts' }),
      ).toHaveValue('7');
    }, 20_000);
  });

  it('leads to the first field that is wrong', async () => {
    renderQueuesTab(new InMemoryEventFlows({ queues: [aQueue()] }));

    await act('Enable');
    await userEvent.click(
      await screen.findByRole('radio', { name: /^From a time/ }),
    );
    await act('Enable');

    const time = await screen.findByLabelText('Time');
    await waitFor(() => expect(time).toHaveFocus());
    expect(time).toHaveAccessibleDescription('Enter a date and a time.');
  });

  it('says what the backend refused beside the field, and opens Advanced for it', async () => {
    const api = new InMemoryEventFlows({ queues: [aQueue()] });
    const update = jest.spyOn(api, 'updateQueue');
    update.mockRejectedValueOnce(
      await responseError(400, {
        name: 'InputError',
        message:
          'settings.deadLetterTopic: the cluster has no topic reviews.dead-letters; create it first or choose another one',
      }),
    );
    renderQueuesTab(api);

    await act('Enable');
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      await within(dialog).findByRole('checkbox', { name: /Put records/ }),
    );
    const topic = within(dialog).getByRole('textbox', {
      name: 'Dead-letter topic',
    });
    expect(topic).toHaveAccessibleDescription(
      /The topic must exist in the cluster already/,
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Enable' }),
    );

    await waitFor(() => expect(topic).toHaveFocus());
    expect(topic).toHaveAccessibleDescription(
      'The backend refused this. It says: the cluster has no topic reviews.dead-letters; create it first or choose another one.',
    );
    expect(within(dialog).queryByRole('alert')).not.toBeInTheDocument();

    update.mockRejectedValueOnce(
      await responseError(400, {
        name: 'InputError',
        message:
          'settings.concurrency: must not be above 4, the limit that the operator of this portal has set',
      }),
    );
    await userEvent.type(topic, '2');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Enable' }),
    );
    const concurrency = await within(dialog).findByRole('textbox', {
      name: 'Requests at once',
    });
    await waitFor(() => expect(concurrency).toHaveFocus());
    expect(concurrency).toHaveAccessibleDescription(/must not be above 4/);
    await expectAccessible();
    // It is not folded away under the hand that mends it.
    await userEvent.type(concurrency, '3');
    expect(concurrency).toBeVisible();
    expect(concurrency).toHaveFocus();
  });

  describe('of a queue that waits for approval', () => {
    const reason =
      'Requests would now go to https://elsewhere.example.com (component:default/sentiment-1-0-2), but https://algorithms.example.com was approved';
    const waiting = aQueue({
      ...enabled,
      status: aStatus({
        phase: 'paused',
        reason,
        waitsFor: {
          kind: 'approval',
          since: ago(60_000),
          versionRef: enabled.versionRef,
          origin: 'https://elsewhere.example.com',
          approvedOrigin: 'https://algorithms.example.com',
        },
      }),
    });

    it('approves what it shows, and nothing else', async () => {
      const api = new InMemoryEventFlows({ queues: [waiting] });
      const update = jest.spyOn(api, 'updateQueue');
      renderQueuesTab(api);

      const row = await screen.findByRole('row', { name: /reviews/ });
      expect(row).toHaveTextContent('Waiting for approval');
      expect(row).toHaveTextContent(reason);
      await act('Approve');
      const dialog = await screen.findByRole('dialog', {
        name: 'Send reviews to https://elsewhere.example.com?',
      });
      expect(dialog).toHaveTextContent(
        'Approved until now: https://algorithms.example.com.',
      );
      await expectAccessible();
      await userEvent.click(
        within(dialog).getByRole('button', { name: 'Approve' }),
      );

      await waitFor(() => expect(dialog).not.toBeInTheDocument());
      expect(update).toHaveBeenCalledWith('queue-reviews', {
        state: 'enabled',
        versionRef: enabled.versionRef,
        origin: 'https://elsewhere.example.com',
        revision: 1,
      });
      expect(await screen.findByText('Running')).toBeInTheDocument();
    });

    it('says on Edit that saving approves', async () => {
      renderQueuesTab(new InMemoryEventFlows({ queues: [waiting] }));

      await act('Edit');
      const dialog = await screen.findByRole('dialog');
      await waitFor(() =>
        expect(dialog).toHaveTextContent(
          `${reason} Saving approves the version that is chosen below.`,
        ),
      );
    });

    it('leaves it to those who may', async () => {
      const mayUpdate = false;
      renderQueuesTab(
        new InMemoryEventFlows({ queues: [{ ...waiting, mayUpdate }] }),
      );

      const approve = await screen.findByRole('button', { name: 'Approve' });
      expect(approve).toHaveAttribute('aria-disabled', 'true');
    });
  });

  it('asks before it disables', async () => {
    const api = new InMemoryEventFlows({
      queues: [aQueue({ ...enabled, status: aStatus() })],
    });
    renderQueuesTab(api);

    // Where they are stacked, they are of one width.
    expect(
      (await screen.findByRole('button', { name: 'Edit' })).parentElement,
    ).toHaveStyle({ display: 'inline-flex', alignItems: 'stretch' });
    await act('Disable');
    const dialog = await screen.findByRole('dialog', {
      name: 'Stop delivering reviews to Sentiment?',
    });
    const confirm = within(dialog).getByRole('button', { name: 'Disable' });
    // Buttons end where the text above them does.
    expect(confirm.parentElement).toHaveStyle({ paddingRight: '24px' });
    expect(dialog).toHaveTextContent(
      'Requests in flight finish. The position is kept: enabling again goes on there.',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Disable' }),
    );

    await waitFor(() => expect(api.queues[0].state).toBe('disabled'));
    expect(await screen.findByText('Disabled')).toBeInTheDocument();
  });

  it('says to those who may only look why they cannot act', async () => {
    renderQueuesTab(
      new InMemoryEventFlows({ queues: [aQueue({ mayUpdate: false })] }),
    );

    const button = await screen.findByRole('button', { name: 'Enable' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(
      /Ask the owner of the algorithm/,
    );
    button.focus();
    await userEvent.keyboard('{Enter}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('says who gives access when there is no queue', async () => {
    renderQueuesTab(new InMemoryEventFlows({ allowed: [] }));

    expect(await screen.findByText('No queues yet')).toBeInTheDocument();
    expect(
      screen.queryByText('Open the Queue manager'),
    ).not.toBeInTheDocument();
  });

  it('leads administrators to the Queue manager when there is no queue', async () => {
    renderQueuesTab(new InMemoryEventFlows());

    expect(
      await screen.findByText('Open the Queue manager'),
    ).toBeInTheDocument();
  });

  it('says what to do when the queues cannot be loaded', async () => {
    const api = new InMemoryEventFlows();
    jest
      .spyOn(api, 'getAlgorithmQueues')
      .mockRejectedValue(
        await responseError(403, { name: 'NotAllowedError', message: 'No' }),
      );
    renderQueuesTab(api);

    expect(
      await screen.findByText('The queues could not be loaded'),
    ).toBeInTheDocument();
  });

  it('shows no lag where nobody knows it', async () => {
    const queue = (topic: string, status: Parameters<typeof aStatus>[0]) =>
      aQueue({ id: topic, topic, status: aStatus({ lag: 0, ...status }) });
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [queue('new', { isLagUnknown: true }), queue('done', {})],
      }),
    );
    const lagOf = async (name: RegExp) =>
      within(await screen.findByRole('row', { name })).getAllByRole('cell')[2];
    expect(await lagOf(/new/)).toHaveTextContent('–');
    expect(await lagOf(/done/)).toHaveTextContent('0');
  });
});
