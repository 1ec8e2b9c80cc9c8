import { TestApiProvider } from '@backstage/test-utils';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { useQuery } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { LiveUpdates } from './LiveUpdates';
import { queryKeys } from './queries';
import { QueryProvider } from './QueryProvider';

/** Shows how often it has asked. */
function Asking({ name, queryKey }: { name: string; queryKey: string[] }) {
  const { data } = useQuery({
    queryKey,
    queryFn: ({ client }) => (client.getQueryData<number>(queryKey) ?? 0) + 1,
    refetchInterval: false,
  });
  return <p>{`${name}: ${data}`}</p>;
}

function show(apis: Parameters<typeof TestApiProvider>[0]['apis']) {
  render(
    <TestApiProvider apis={apis}>
      <QueryProvider>
        <LiveUpdates />
        <Asking name="queue" queryKey={queryKeys.queue('q')} />
        <Asking name="connections" queryKey={queryKeys.connections} />
        <Asking name="topics" queryKey={queryKeys.topics('c')} />
      </QueryProvider>
    </TestApiProvider>,
  );
}

describe('LiveUpdates', () => {
  it('asks anew when the backend says that something has changed', async () => {
    const heard: Array<(message: { kind: string }) => void> = [];
    const subscribe = jest.fn(
      (_channel: string, listen: (typeof heard)[number]) => {
        heard.push(listen);
        return { unsubscribe: () => {} };
      },
    );
    show([[signalApiRef, { subscribe }]]);
    await screen.findByText('queue: 1');
    expect(subscribe.mock.calls.map(([channel]) => channel)).toEqual([
      'event-flows',
    ]);
    act(() => heard.forEach(listen => listen({ kind: 'changed' })));
    expect(await screen.findByText('queue: 2')).toBeVisible();
    expect(await screen.findByText('connections: 2')).toBeVisible();
    // Of which a cluster would be asked.
    expect(screen.getByText('topics: 1')).toBeVisible();
  });

  it('does without signals', async () => {
    show([]);
    expect(await screen.findByText('queue: 1')).toBeVisible();
  });
});
