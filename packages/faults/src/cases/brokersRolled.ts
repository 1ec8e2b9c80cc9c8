import type { FaultCase } from '../harness/FaultCase';

/** As an upgrade of the cluster does it. */
export const brokersRolled: FaultCase = {
  name: 'brokers-rolled',
  what: 'three brokers are stopped and started again, one after the other',
  needs: { brokers: 3, backends: 2 },
  async run(scene) {
    await scene.begin();
    for (const node of scene.world.kafka.nodes) {
      await scene.outage(async () => {
        await node.stop();
        await scene.flowFor(500, 2_000);
        await node.start();
      });
      await scene.recovered();
    }
    await scene.settle();
  },
};
