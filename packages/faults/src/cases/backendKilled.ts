import type { FaultCase } from '../harness/FaultCase';

/** The others notice by the missing heartbeats, and take over. */
export const backendKilled: FaultCase = {
  name: 'backend-killed',
  what: 'one of two backends is killed (SIGKILL) under load',
  needs: { brokers: 1, backends: 2 },
  orderings: ['key', 'partition', 'none'],
  fast: true,
  async run(scene) {
    await scene.begin();
    await scene.flowFor(1_000, 3_000);
    await scene.ungraceful(() => scene.someBackend().kill());
    await scene.recovered();
    await scene.settle();
  },
};
