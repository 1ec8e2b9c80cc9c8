import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCase } from '../harness/FaultCase';

/** What is not delivered then stays in the topic; nothing begins any more. */
export const connectionDeleted: FaultCase = {
  name: 'connection-deleted',
  what: 'the connection is deleted at one of two backends while records flow',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const flow = await scene.begin();
    const { ledger, producer } = flow;
    await scene.flowFor(1_000, 2_000);
    const { client } = scene.someBackend();
    await scene.clean(() => flow.deleteConnection(client));
    await producer.pause();
    await flow.refresh();
    const begun = ledger.entries;
    await delay(3_000);
    await flow.refresh();
    if (ledger.entries !== begun) {
      throw new Error(
        `${ledger.entries - begun} requests began or ended after the connection was deleted`,
      );
    }
    // They wait in the topic for whoever connects it next.
    ledger.abandonOpen();
  },
};
