import type { FaultCase } from '../harness/FaultCase';

export const endpointDown: FaultCase = {
  name: 'endpoint-down',
  what: 'nothing listens at the endpoint for a while',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const { endpoint } = scene.world;
    await scene.begin();
    await scene.outage(async () => {
      await endpoint.become({ kind: 'down' });
      await scene.flowFor(2_000, 4_000);
      await endpoint.become({ kind: 'answer', delayMs: 0 });
    }, 'clean');
    await scene.recovered();
    await scene.settle();
  },
};
