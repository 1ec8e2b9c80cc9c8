import { pick } from '@event-flows/demo';
import type { FaultCase } from '../harness/FaultCase';

/** They say more of the endpoint than of a record: the queue waits, and nothing is dead-lettered. */
const STATUSES = [301, 307, 401, 403, 407, 410];

export const endpointMisconfigured: FaultCase = {
  name: 'endpoint-misconfigured',
  what: 'the endpoint asks for a sign-in, sends elsewhere or is gone: the queue pauses, then goes on',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const flow = await scene.begin({ deadLetters: 'automatic' });
    const status = pick(scene.random, STATUSES);
    const { endpoint } = scene.world;
    await scene.outage(async () => {
      await endpoint.become({ kind: 'answer', delayMs: 0, status });
      await flow.waitForPhase('paused');
      await endpoint.become({ kind: 'answer', delayMs: 0 });
    }, 'clean');
    await scene.recovered();
    await scene.settle();
    if (flow.ledger.acknowledged().some(({ deadLetters }) => deadLetters > 0)) {
      throw new Error(`Records were dead-lettered because of a ${status}`);
    }
  },
};
