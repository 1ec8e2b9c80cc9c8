import type { FaultCase } from '../harness/FaultCase';

/** Long enough for the coordinator to give the members up. */
export const linkCut: FaultCase = {
  name: 'link-cut',
  what: 'connections between backends and broker are reset, and refused for a while',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    await scene.begin();
    await scene.flowFor(500, 1_500);
    const [{ link }] = scene.world.kafka.nodes;
    await scene.outage(async () => {
      link.cut();
      await scene.flowFor(2_000, 14_000);
      link.open();
    });
    await scene.recovered();
    await scene.settle();
  },
};
