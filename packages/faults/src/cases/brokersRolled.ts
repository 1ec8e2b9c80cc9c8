import type { FaultCase } from '../harness/FaultCase';

/** As an upgrade of the cluster does it. */
export const brokersRolled: FaultCase = {
  name: 'brokers-rolled',
  what: 'three brokers are stopped and started again, one after the other',
  needs: { brokers: 3, backends: 2 },
  async run(scene) {
    await scene.begin();
    for (const node of scene.world.kafka.nodes) {
      await scene.takenOver(() => node.stop());
      await scene.clean(() => node.start());
      await scene.recovered();
    }
    await scene.settle();
  },
};
