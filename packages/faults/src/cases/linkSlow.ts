import type { FaultCase } from '../harness/FaultCase';

/** Slow is no fault: nobody may be thrown out of the group for it. */
export const linkSlow: FaultCase = {
  name: 'link-slow',
  what: 'every answer and question between backends and broker is late by 100 to 300 ms',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    await scene.begin();
    const [{ link }] = scene.world.kafka.nodes;
    await scene.outage(async () => {
      link.slow(100 + Math.floor(scene.random() * 200));
      await scene.flowFor(4_000, 6_000);
      link.open();
    }, 'clean');
    await scene.recovered();
    await scene.settle();
  },
};
