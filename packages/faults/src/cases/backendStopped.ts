import type { FaultCase } from '../harness/FaultCase';

/** Requests under way end, positions are committed: nothing is repeated. */
export const backendStopped: FaultCase = {
  name: 'backend-stopped',
  what: 'one of two backends is stopped (SIGTERM), as a deployment does it',
  needs: { brokers: 1, backends: 2 },
  orderings: ['key', 'partition', 'none'],
  fast: true,
  async run(scene) {
    await scene.world.endpoint.become({ kind: 'answer', delayMs: 10 });
    await scene.begin();
    await scene.flowFor(1_000, 3_000);
    await scene.clean(() => scene.someBackend().stop());
    await scene.recovered();
    await scene.settle();
  },
};
