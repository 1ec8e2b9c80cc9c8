import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { aQueue, aStatus } from '../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../../__testUtils__/renderQueuesTab';

const stopped = aQueue({
  versionRef: 'latest',
  status: aStatus({ phase: 'stopped', replicas: 0, lag: 500 }),
});

async function open(queue = stopped) {
  const api = new InMemoryEventFlows({ queues: [queue] });
  renderQueuesTab(api);
  await userEvent.click(await screen.findByRole('button', { name: 'Rewind…' }));
  const dialog = await screen.findByRole('dialog', {
    name: 'Move the position of reviews for Sentiment',
  });
  return { api, dialog: within(dialog) };
}

describe('rewinding a queue', () => {
  it('says what it means before it does it', async () => {
    const { api, dialog } = await open();
    expect(dialog.getByRole('button', { name: 'Cancel' })).toHaveFocus();
    expect(
      await dialog.findByText(
        'About 1,500 records will be delivered. 1,000 of them for the second time.',
      ),
    ).toBeInTheDocument();
    await expectAccessible();
    await userEvent.click(dialog.getByRole('radio', { name: /^At the end/ }));
    expect(
      await dialog.findByText(
        'No record waits from there on. 500 that were not delivered yet never will be.',
      ),
    ).toBeInTheDocument();
    await userEvent.click(
      dialog.getByRole('radio', { name: /^At the beginning/ }),
    );
    await dialog.findByText(/^About 1,500/);
    await userEvent.click(
      dialog.getByRole('button', { name: 'Move position' }),
    );
    expect(await screen.findByText('1,500')).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(api.queues[0]).toMatchObject({ state: 'disabled', revision: 2 });
  });

  it('moves nothing before it is known where to', async () => {
    const { api, dialog } = await open();
    await userEvent.click(dialog.getByRole('radio', { name: /^At an offset/ }));
    expect(
      dialog.getByRole('button', { name: 'Move position' }),
    ).toBeDisabled();
    await userEvent.type(dialog.getByLabelText('Offset'), '12{Enter}');
    expect(api.queues[0].revision).toBe(1);
    await dialog.findByText(/^About 1,488/);
    await userEvent.type(dialog.getByLabelText('Offset'), '{Enter}');
    expect(await screen.findByText('1,488')).toBeInTheDocument();
  });

  it('moves nothing that somebody else has moved since it was asked about', async () => {
    const { api, dialog } = await open();
    await dialog.findByText(/^About 1,500/);
    const rewind = jest.spyOn(api, 'rewindQueue');
    api.queues = [{ ...stopped, revision: 5 }];
    await act(async () => {
      window.dispatchEvent(new Event('visibilitychange'));
    });
    await userEvent.click(
      dialog.getByRole('button', { name: 'Move position' }),
    );
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'The position could not be moved',
    );
    expect(rewind).toHaveBeenCalledWith(
      ...(['queue-reviews', expect.objectContaining({ revision: 1 })] as const),
    );
  });

  it('can be tried again after a try that changed the queue and then failed', async () => {
    const { api, dialog } = await open();
    await dialog.findByText(/^About 1,500/);
    jest.spyOn(api, 'rewindQueue').mockImplementationOnce(async () => {
      api.queues = [{ ...stopped, revision: stopped.revision + 1 }];
      throw new Error('away');
    });
    const move = () =>
      userEvent.click(dialog.getByRole('button', { name: 'Move position' }));
    await move();
    await dialog.findByText('The position could not be moved');
    await dialog.findByText(/^About 1,500/);
    await move();
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(api.queues[0].revision).toBe(stopped.revision + 2);
  });

  it('does not go by what others do after a try that failed', async () => {
    const { api, dialog } = await open();
    await dialog.findByText(/^About 1,500/);
    const rewind = jest
      .spyOn(api, 'rewindQueue')
      .mockRejectedValueOnce(new Error('away'));
    const move = () =>
      userEvent.click(dialog.getByRole('button', { name: 'Move position' }));
    await move();
    await dialog.findByText('The position could not be moved');
    api.queues = [{ ...stopped, revision: 7 }];
    await act(async () => {
      window.dispatchEvent(new Event('visibilitychange'));
    });
    await move();
    await waitFor(() => expect(rewind).toHaveBeenCalledTimes(2));
    expect(rewind.mock.calls[1][1]).toMatchObject({ revision: 1 });
  });

  it('says that what it would mean is not known, and not that it was tried', async () => {
    const api = new InMemoryEventFlows({ queues: [stopped] });
    jest.spyOn(api, 'previewRewind').mockRejectedValue(new Error('away'));
    renderQueuesTab(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Rewind…' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'What that would mean is not known',
    );
  });

  it('says where the position goes if there is no such offset', async () => {
    const { api, dialog } = await open();
    api.rewindRange = { low: 10, high: 1_500 };
    await userEvent.click(dialog.getByRole('radio', { name: /^At an offset/ }));
    await userEvent.type(dialog.getByLabelText('Offset'), '99999999');
    expect(
      await dialog.findByText(
        'Partition 0 ends at offset 1,500: the position goes there. No record waits from there on. 500 that were not delivered yet never will be.',
      ),
    ).toBeInTheDocument();
    await userEvent.clear(dialog.getByLabelText('Offset'));
    await userEvent.type(dialog.getByLabelText('Offset'), '9');
    expect(
      await dialog.findByText(
        /^Partition 0 begins at offset 10, .* About 1,490 records/,
      ),
    ).toBeInTheDocument();
  });

  it('stays open and says why where it is refused', async () => {
    const { api, dialog } = await open();
    await dialog.findByText(/^About 1,500/);
    api.queues = [{ ...stopped, revision: 9 }];
    await userEvent.click(
      dialog.getByRole('button', { name: 'Move position' }),
    );
    expect(
      await dialog.findByText('The position could not be moved'),
    ).toBeInTheDocument();
  });

  it('is for queues that have stopped after having been enabled', async () => {
    renderQueuesTab(
      new InMemoryEventFlows({
        queues: [
          aQueue({ id: 'never' }),
          { ...stopped, id: 'stopping', status: aStatus() },
          { ...stopped, id: 'enabled', state: 'enabled' },
        ],
      }),
    );
    await screen.findByRole('button', { name: 'Edit' });
    expect(
      screen.queryByRole('button', { name: 'Rewind…' }),
    ).not.toBeInTheDocument();
  });
});
