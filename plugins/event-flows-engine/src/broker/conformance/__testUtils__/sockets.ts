import { waitUntil } from '@event-flows/testbed';

/** TCP sockets of this process. */
export function openSockets(): number {
  return process
    .getActiveResourcesInfo()
    .filter(name => name === 'TCPSocketWrap').length;
}

/** Waits until there are no more than there were. */
export async function waitForSockets(before: number): Promise<void> {
  await waitUntil(() => openSockets() <= before, {
    timeoutMs: 3_000,
    what: 'every socket to be closed',
  });
}
