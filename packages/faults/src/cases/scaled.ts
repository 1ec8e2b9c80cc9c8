import type { FaultCase } from '../harness/FaultCase';

/** Partitions are shared anew each time, with requests under way. */
export const scaled: FaultCase = {
  name: 'scaled-1-3-1',
  what: 'from one backend to three, and back to one',
  needs: { brokers: 1, backends: 3 },
  orderings: ['key', 'partition', 'none'],
  async run(scene) {
    const { backends, endpoint } = scene.world;
    const added = backends.slice(1);
    await Promise.all(added.map(backend => backend.stop()));
    await endpoint.become({ kind: 'answer', delayMs: 10 });
    const flow = await scene.begin();
    for (const backend of added) {
      await scene.clean(async () => {
        await backend.start();
        await flow.waitForMembers();
      });
      await scene.recovered();
    }
    for (const backend of added) {
      await scene.clean(() => backend.stop());
      await scene.recovered();
    }
    await scene.settle();
  },
};
