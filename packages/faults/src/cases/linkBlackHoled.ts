import type { FaultCase } from '../harness/FaultCase';

/** Nobody is told: only a time that runs out says that something is wrong. */
export const linkBlackHoled: FaultCase = {
  name: 'link-black-holed',
  what: 'nothing passes between backends and broker, and no connection is closed',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    await scene.begin();
    await scene.flowFor(500, 1_500);
    const [{ link }] = scene.world.kafka.nodes;
    await scene.outage(async () => {
      link.blackHole();
      await scene.flowFor(12_000, 20_000);
      link.open();
    });
    await scene.recovered(180_000);
    await scene.settle();
  },
};
