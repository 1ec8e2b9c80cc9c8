import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import { ago, aQueue } from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../__testUtils__/renderQueueManager';

function open() {
  const api = new InMemoryEventFlows({
    allowed: [],
    queues: [aQueue({ versionRef: 'latest' })],
  });
  return api;
}

const show = (api: InMemoryEventFlows) =>
  renderQueueManager('/queue-manager/queues/queue-reviews', api);

const panel = async () =>
  within(await screen.findByRole('region', { name: 'History' }));

describe('the history of a queue', () => {
  it('is said in words, for those who do not see the charts', async () => {
    const api = open();
    api.history = {
      stepMs: 60_000,
      points: [12, 4].map((lag, index) => ({
        ...{ at: ago(60_000 * (2 - index)), lag },
        ...{ deliveredPerSecond: lag / 2, deadLetteredPerSecond: 0.05 },
        ...{ failedPerSecond: 0.1, latencyP50Ms: 4, latencyP99Ms: 1_310 },
      })),
    };
    show(api);
    expect(
      await (
        await panel()
      ).findByText(
        'Highest lag: 12 records. Highest rate: 6 delivered per second. Dead-lettered: 6. Failed attempts: 12. Longest latency of 99 of 100 requests: 1,310 ms.',
      ),
    ).toBeInTheDocument();
    await expectAccessible();
  });

  it('is of the last hour, or day', async () => {
    const api = open();
    const ask = jest.spyOn(api, 'getQueueHistory');
    show(api);
    expect(
      await (
        await panel()
      ).findByText(/^Nothing is known yet: numbers are noted once a minute/),
    ).toBeInTheDocument();
    await userEvent.click((await panel()).getByRole('button', { name: 'Day' }));
    expect(ask.mock.calls.map(([, period]: unknown[]) => period)).toEqual([
      ...['hour', 'day'],
    ]);
  });
});
