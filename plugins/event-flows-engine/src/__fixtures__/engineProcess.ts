/**
 * A process that does nothing but run an engine in its worker thread, as a
 * portal would. Takes the options and the queues as messages of its parent.
 */
import { createEngineHost } from '../host/EngineHost';
import type { DesiredQueue, EngineOptions } from '../types';

type Order =
  | { kind: 'start'; options: EngineOptions; queues: DesiredQueue[] }
  | { kind: 'report' }
  | { kind: 'close' };

let engine: ReturnType<typeof createEngineHost> | undefined;

async function obey(order: Order) {
  switch (order.kind) {
    case 'start':
      engine = createEngineHost(order.options, () => {});
      await engine.apply(order.queues);
      break;
    case 'report':
      break;
    default:
      await engine?.close();
  }
  const reports = await engine?.reports();
  process.send?.({ kind: order.kind, reports: reports?.current });
  if (order.kind === 'close') {
    process.disconnect();
  }
}

process.on('message', (order: Order) => {
  obey(order).catch(error => {
    process.send?.({ kind: 'error', message: String(error) });
  });
});
