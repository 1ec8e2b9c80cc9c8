import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import {
  anAlgorithm,
  aQueue,
  aRecord,
  aTrial,
} from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../__testUtils__/renderQueueManager';
import { responseError } from '../__testUtils__/responseError';
import {
  renderQueuesTab,
  sentimentVersions,
} from '../__testUtils__/renderQueuesTab';

const PATH = '/queue-manager/queues/queue-reviews';
const catalog = [anAlgorithm('sentiment', 'Sentiment'), ...sentimentVersions];
const records = [
  aRecord({ offset: '8811', key: null }),
  aRecord(),
  aRecord({
    ...{ partition: 0, offset: '7' },
    value: { size: 70_000, encoding: 'base64', data: '/wA=' },
  }),
];

async function open(queue = aQueue(), items = records) {
  const api = new InMemoryEventFlows({ allowed: [], queues: [queue] });
  api.records = items;
  renderQueueManager(PATH, api, catalog);
  await userEvent.click(
    await screen.findByRole('button', { name: 'Records…' }),
  );
  const dialog = await screen.findByRole('dialog', {
    name: 'Records of reviews',
  });
  return { api, dialog: within(dialog) };
}

async function openRecord(dialog: ReturnType<typeof within>, place: string) {
  await userEvent.click(await dialog.findByRole('button', { name: place }));
}

describe('the records of a queue', () => {
  it('are listed, the youngest first', async () => {
    const { dialog } = await open();
    const table = await dialog.findByRole('table');
    const rows = within(table).getAllByRole('rowheader');
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'Partition 0, offset 7',
      'Partition 1, offset 8,812',
      'Partition 1, offset 8,811',
    ]);
    const row = within(table).getByRole('row', { name: /8,812/ });
    expect(row).toHaveTextContent('customer-7');
    expect(row).toHaveTextContent('{"stars":5,"text":"Great, thanks"}');
    await expectAccessible();
  });

  it('are shown as JSON, text or in hexadecimal', async () => {
    const { dialog } = await open();
    await openRecord(dialog, 'Partition 1, offset 8,812');
    const value = within(dialog.getByRole('region', { name: 'Value' }));
    expect(value.getByText(/"stars": 5,/)).toBeInTheDocument();
    expect(dialog.getByText('x-tenant: nlp')).toBeInTheDocument();
    await userEvent.click(value.getByRole('button', { name: 'Hex' }));
    expect(value.getByText(/^7b 22 73 74/)).toBeInTheDocument();
    await expectAccessible();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Back to the list' }),
    );
    await openRecord(dialog, 'Partition 0, offset 7');
    expect(dialog.getByText('ff 00')).toBeInTheDocument();
    expect(
      dialog.getByText('68.4 KiB (the beginning is shown)'),
    ).toBeInTheDocument();
  });

  it('can be sent to a version, to see what comes of it', async () => {
    const { api, dialog } = await open();
    const attempt = jest.spyOn(api, 'tryVersion');
    await openRecord(dialog, 'Partition 1, offset 8,812');
    await userEvent.click(await dialog.findByLabelText('Version'));
    await userEvent.click(await screen.findByRole('option', { name: '1.0.2' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Try version' }));
    const result = within(await dialog.findByRole('status'));
    expect(result.getByText('Accepted')).toBeInTheDocument();
    expect(result.getByText('Status 200, 42 ms')).toBeInTheDocument();
    expect(result.getByText(/"mood": "happy"/)).toBeInTheDocument();
    expect(attempt).toHaveBeenCalledWith('queue-reviews', {
      ...{ partition: 1, offset: '8812' },
      versionRef: 'component:default/sentiment-1-0-2',
    });
    await expectAccessible();

    api.trial = aTrial({
      ...{ outcome: 'refused', status: 422, reason: '422 from nowhere' },
    });
    await userEvent.click(dialog.getByRole('button', { name: 'Try version' }));
    expect(await dialog.findByText('Refused')).toBeInTheDocument();
    expect(dialog.getByText('422 from nowhere')).toBeInTheDocument();

    await userEvent.click(dialog.getByLabelText('Version'));
    await userEvent.click(
      await screen.findByRole('option', { name: /^Latest/ }),
    );
    expect(dialog.queryByText('Refused')).not.toBeInTheDocument();
  });

  it('show what came of the version that is chosen, and of no other', async () => {
    const { dialog } = await open();
    await openRecord(dialog, 'Partition 1, offset 8,812');
    await userEvent.click(dialog.getByRole('button', { name: 'Try version' }));
    expect(await dialog.findByText('Accepted')).toBeInTheDocument();
    await userEvent.click(dialog.getByLabelText('Version'));
    await userEvent.click(await screen.findByRole('option', { name: '1.0.2' }));
    expect(dialog.queryByText('Accepted')).not.toBeInTheDocument();
  });

  it('are sent to no version that is gone', async () => {
    const versionRef = 'component:default/sentiment-0-1-0';
    const { api, dialog } = await open(aQueue({ versionRef }));
    const attempt = jest.spyOn(api, 'tryVersion');
    await openRecord(dialog, 'Partition 1, offset 8,812');
    const button = () => dialog.getByRole('button', { name: 'Try version' });
    expect(button()).toHaveAccessibleDescription(/^Choose a version/);
    await userEvent.click(button(), { pointerEventsCheck: 0 });
    expect(attempt).not.toHaveBeenCalled();
    await userEvent.click(dialog.getByLabelText('Version'));
    await userEvent.click(await screen.findByRole('option', { name: '1.0.2' }));
    await userEvent.click(button());
    expect(await dialog.findByText('Accepted')).toBeInTheDocument();
  });

  it('are not for everyone, nor is trying', async () => {
    const api = new InMemoryEventFlows({
      queues: [aQueue({ mayReadRecords: false })],
    });
    renderQueueManager(PATH, api, catalog);
    expect(
      await screen.findByRole('button', { name: 'Records…' }),
    ).toHaveAccessibleDescription(/^You may not look at the records/);
  });

  it('can be looked at by one who may not change the queue', async () => {
    const { dialog } = await open(aQueue({ mayUpdate: false }));
    await openRecord(dialog, 'Partition 1, offset 8,812');
    expect(
      dialog.getByRole('button', { name: 'Try version' }),
    ).toHaveAccessibleDescription(/^You may look at this queue/);
  });

  it('say so where there are none', async () => {
    const { dialog } = await open(aQueue(), []);
    expect(
      await dialog.findByText('The topic has no records now.'),
    ).toBeInTheDocument();
  });

  it('can be looked at before enabling, and the form keeps what was entered', async () => {
    const api = new InMemoryEventFlows({ queues: [aQueue()] });
    api.records = records;
    renderQueuesTab(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Enable' }),
    );
    const form = within(await screen.findByRole('dialog'));
    await userEvent.click(await form.findByRole('radio', { name: /^1\.0\.2/ }));
    await userEvent.click(
      form.getByRole('button', { name: /^Look at the records/ }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Records of reviews' }),
    );
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Close' }));
    expect(
      await screen.findByRole('radio', { name: /^1\.0\.2/ }),
    ).toBeChecked();
  });

  it('can be tried all at once, on two versions', async () => {
    const { api, dialog } = await open();
    const answers: Record<string, string> = {
      latest: '1',
      'component:default/sentiment-1-0-2': '2',
    };
    jest
      .spyOn(api, 'tryVersion')
      .mockImplementation(async (_id, { offset, versionRef }) => {
        const data = offset === '7' ? answers[versionRef] : 'same';
        const refused = { outcome: 'refused', reason: '422 there' } as const;
        return {
          ...aTrial({
            ...{ answer: { size: data.length, encoding: 'utf8', data } },
            ...(offset === '8811' && refused),
          }),
          versionRef,
        };
      });
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    await userEvent.click(dialog.getByLabelText('Compare with'));
    await userEvent.click(await screen.findByRole('option', { name: '1.0.2' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    expect(
      await dialog.findByText('3 of 3 records tried', undefined, {
        timeout: 3_000,
      }),
    ).toBeInTheDocument();
    expect(dialog.getAllByText('2 of 3')).toHaveLength(2);
    expect(dialog.getAllByText('1 × 422 there')).toHaveLength(2);
    expect(
      dialog.getByText('1 of 3 answered in another way'),
    ).toBeInTheDocument();
    const table = dialog.getByRole('table', {
      name: 'Records that the versions answered in different ways',
    });
    expect(
      within(table).getByRole('row', { name: /offset 7/ }),
    ).toHaveTextContent('200 1200 2');
    const headers = within(table).getAllByRole('columnheader');
    expect(headers.map(({ textContent }) => textContent)).toEqual([
      ...['Record', 'latest', 'sentiment-1-0-2'],
    ]);
    await expectAccessible();
    await openRecord(within(table), 'Partition 0, offset 7');
    const record = await screen.findByRole('dialog', {
      name: 'Partition 0, offset 7 of reviews',
    });
    await within(record).findByText('customer-7');
    for (const answer of ['1', '2']) {
      expect(within(record).getByText(answer)).toBeInTheDocument();
    }
    await expectAccessible();
    await userEvent.click(
      within(record).getByRole('button', { name: 'Close' }),
    );
    expect(await dialog.findByText('3 of 3 records tried')).toBeVisible();
  });

  it('can be tried by the thousand, and how often that calls is said before', async () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      aRecord({ offset: `${i}` }),
    );
    const { api, dialog } = await open(aQueue(), many);
    const list = jest.spyOn(api, 'listPlaces');
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    expect(dialog.getByText(/really called, up to 10 times/)).toHaveTextContent(
      'takes 2 s or more',
    );
    await userEvent.click(dialog.getByLabelText('Latest records'));
    expect(
      screen.getAllByRole('option').map(({ textContent }) => textContent),
    ).toEqual(['10', '50', '200', '1,000']);
    await userEvent.click(screen.getByRole('option', { name: '1,000' }));
    expect(
      dialog.getByText(/really called, up to 1,000 times/),
    ).toHaveTextContent('takes 4 min or more');
    await userEvent.click(dialog.getByLabelText('Compare with'));
    await userEvent.click(await screen.findByRole('option', { name: '1.0.2' }));
    expect(
      dialog.getByText(/really called, up to 2,000 times/),
    ).toHaveTextContent('takes 8 min or more');

    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    expect(
      await dialog.findByText(/^\d of 300 records tried, about 2 min left$/),
    ).toBeInTheDocument();
    expect(list).toHaveBeenCalledWith(
      ...['queue-reviews', { limit: 1_000 }, expect.anything()],
    );
    await expectAccessible();
  });

  it('stop being tried at once when told to, and what came of the others stays', async () => {
    const { api, dialog } = await open();
    const answer = api.tryVersion.bind(api);
    const attempt = jest
      .spyOn(api, 'tryVersion')
      .mockImplementationOnce(answer)
      .mockImplementation(() => new Promise(() => {}));
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    await dialog.findByText('1 of 1');
    await userEvent.click(dialog.getByRole('button', { name: 'Stop' }));
    expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
    expect(dialog.getByText('1 of 3 records tried')).toBeInTheDocument();
    expect(dialog.getByText('1 of 1')).toBeInTheDocument();
    expect(attempt.mock.calls.length).toBeLessThan(4);
  });

  it('are not thrown away by accident while they are tried', async () => {
    const { api, dialog } = await open();
    jest
      .spyOn(api, 'tryVersion')
      .mockImplementation(() => new Promise(() => {}));
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    await userEvent.click(await dialog.findByRole('progressbar'));
    await userEvent.keyboard('{Escape}');
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(dialog.getByRole('button', { name: 'Stop' })).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Stop' }));
    await userEvent.click(dialog.getByText('0 of 3 records tried'));
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('wait where too much was asked lately, and say so', async () => {
    const { api, dialog } = await open();
    jest
      .spyOn(api, 'tryVersion')
      .mockRejectedValueOnce(
        await responseError(
          429,
          { name: 'TooManyRequestsError', message: 'too often' },
          { 'retry-after': '1' },
        ),
      );
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    expect(
      await dialog.findByText(
        '0 of 3 records tried. Too much was asked lately: it goes on in 1 s',
      ),
    ).toBeInTheDocument();
    expect(
      await dialog.findByText('3 of 3 records tried', undefined, {
        timeout: 5_000,
      }),
    ).toBeInTheDocument();
  });

  it('keep what was found out when trying cannot go on', async () => {
    const { api, dialog } = await open();
    const answer = api.tryVersion.bind(api);
    jest
      .spyOn(api, 'tryVersion')
      .mockRejectedValue(new Error('no'))
      .mockImplementationOnce(answer);
    await dialog.findByRole('table');
    await userEvent.click(dialog.getByRole('button', { name: 'Back-test…' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    expect(
      await dialog.findByText('The back-test could not go on'),
    ).toBeInTheDocument();
    expect(dialog.getByText('1 of 1')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
  });
});
