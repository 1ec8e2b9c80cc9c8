import type { ApiClient } from './api';
import type { Demo } from './demo';

/** Other walks begin with a portal in which nothing is connected, and an endpoint that takes all. */
export async function leaveNothing(demo: Demo, ada: ApiClient | undefined) {
  const { body } = (await ada?.send('get', '/connections')) ?? {
    body: { items: [] },
  };
  for (const { id } of body.items) {
    await ada?.send('delete', `/connections/${id}`);
  }
  for (const endpoint of [demo.endpoint, demo.elsewhere]) {
    endpoint.respond = () => ({ status: 200 });
    endpoint.clear();
  }
}
