import type { FaultCase } from '../harness/FaultCase';

/** Longer than the session of a member: heartbeats go on meanwhile. */
export const endpointHanging: FaultCase = {
  name: 'endpoint-hanging',
  what: 'the endpoint takes requests and does not answer, longer than a session of the group lasts',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { endpoint } = scene.world;
    await scene.begin();
    await scene.outage(async () => {
      await endpoint.become({ kind: 'hang' });
      await scene.flowFor(13_000, 16_000);
      await endpoint.become({ kind: 'answer', delayMs: 0 });
    }, 'clean');
    await scene.recovered();
    await scene.settle();
  },
};
