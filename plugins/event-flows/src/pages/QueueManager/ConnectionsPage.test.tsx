import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aConnection, ago } from '../../__testUtils__/fixtures';
import { expectAccessible } from '../../__testUtils__/expectAccessible';
import { InMemoryEventFlows } from '../../__testUtils__/InMemoryEventFlows';
import { renderQueueManager } from '../../__testUtils__/renderQueueManager';
import { responseError } from '../../__testUtils__/responseError';

describe('the list of connections', () => {
  it('tells of each connection what matters, and leads to it', async () => {
    renderQueueManager(
      '/queue-manager',
      new InMemoryEventFlows({
        connections: [
          aConnection(),
          aConnection({
            id: 'iot',
            name: 'iot',
            state: {
              status: 'unreachable',
              since: ago(5 * 60_000),
              checkedAt: ago(0),
              reason: 'No answer',
            },
          }),
        ],
        topics: { iot: [] },
      }),
    );

    const row = await screen.findByRole('row', { name: /orders-prod/ });
    expect(row).toHaveTextContent('kafka-1.example.com:9093 +1');
    expect(row).toHaveTextContent('Connected');
    expect(row).toHaveTextContent('1 day ago by ada');
    expect(screen.getByRole('row', { name: /iot/ })).toHaveTextContent(
      'Unreachable for 5 min',
    );
    expect(
      screen.queryByRole('searchbox', { name: 'Search connections' }),
    ).not.toBeInTheDocument();
    await expectAccessible();

    await userEvent.click(screen.getByRole('link', { name: 'iot' }));
    expect(
      await screen.findByRole('heading', { name: 'iot', level: 2 }),
    ).toBeInTheDocument();
  });

  it('offers a search from ten connections on', async () => {
    const connections = Array.from({ length: 10 }, (_, i) =>
      aConnection({ id: `c${i}`, name: `cluster-${i}` }),
    );
    renderQueueManager(
      '/queue-manager',
      new InMemoryEventFlows({ connections }),
    );

    await userEvent.type(
      await screen.findByRole('searchbox', { name: 'Search connections' }),
      'cluster-7',
    );

    const links = within(
      screen.getByRole('table', { name: 'Connected clusters' }),
    ).getAllByRole('link');
    expect(links.map(link => link.textContent)).toEqual(['cluster-7']);
  });

  it('says that it is loading, and neither empty nor failed, until it knows', async () => {
    const api = new InMemoryEventFlows({ connections: [aConnection()] });
    let answer = () => {};
    jest.spyOn(api, 'getConnections').mockReturnValueOnce(
      new Promise(resolve => {
        answer = () => resolve({ items: [aConnection()] });
      }),
    );
    renderQueueManager('/queue-manager', api);

    expect(
      await screen.findByRole('progressbar', { name: 'Loading connections' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByText('No cluster is connected yet'),
    ).not.toBeInTheDocument();
    answer();

    expect(
      await screen.findByRole('link', { name: 'orders-prod' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('progressbar', { name: 'Loading connections' }),
    ).not.toBeInTheDocument();
  });

  it('says what a connection is when there is none', async () => {
    renderQueueManager('/queue-manager', new InMemoryEventFlows());

    expect(
      await screen.findByText('No cluster is connected yet'),
    ).toBeInTheDocument();
    expect(
      screen.getAllByRole('button', { name: 'Connect queue' }),
    ).toHaveLength(2);
  });

  it('says what to do when the list cannot be loaded, and tries again', async () => {
    const api = new InMemoryEventFlows({ connections: [aConnection()] });
    const error = await responseError(403, {
      name: 'NotAllowedError',
      message: 'Not for you',
    });
    jest.spyOn(api, 'getConnections').mockRejectedValueOnce(error);
    renderQueueManager('/queue-manager', api);

    expect(
      await screen.findByText('The connections could not be loaded'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));

    expect(
      await screen.findByRole('link', { name: 'orders-prod' }),
    ).toBeInTheDocument();
  });

  it('tells those without the permission whom to ask for what', async () => {
    renderQueueManager(
      '/queue-manager',
      new InMemoryEventFlows({ allowed: [], connections: [aConnection()] }),
    );

    expect(
      await screen.findByText('The Queue manager is for administrators'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/event-flows\.connection\.read/),
    ).toBeInTheDocument();
    expect(screen.queryByText('orders-prod')).not.toBeInTheDocument();
  });

  it('keeps the button in reach of those who may only look, with the reason', async () => {
    renderQueueManager(
      '/queue-manager',
      new InMemoryEventFlows({
        allowed: ['event-flows.connection.read'],
        connections: [aConnection()],
      }),
    );

    await screen.findByRole('link', { name: 'orders-prod' });
    const button = screen.getByRole('button', { name: 'Connect queue' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(
      /event-flows\.connection\.create/,
    );
    await userEvent.click(button);
    expect(
      screen.queryByRole('heading', { name: 'Connect queue' }),
    ).not.toBeInTheDocument();
  });
});
