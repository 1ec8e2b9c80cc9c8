import type { FaultCase } from '../harness/FaultCase';

/** As a deployment does it: each stops, starts again, and takes its share. */
export const backendRolled: FaultCase = {
  name: 'backend-rolled',
  what: 'two backends are stopped and started again, one after the other',
  needs: { brokers: 1, backends: 2 },
  orderings: ['key', 'partition', 'none'],
  async run(scene) {
    await scene.world.endpoint.become({ kind: 'answer', delayMs: 10 });
    const flow = await scene.begin();
    for (const backend of scene.world.backends) {
      await scene.clean(async () => {
        await backend.stop();
        await backend.start();
        await flow.waitForMembers();
      });
      await scene.recovered();
    }
    await scene.settle();
  },
};
