import { coordinatorOf } from '@event-flows/testbed';
import type { FaultCase } from '../harness/FaultCase';

/** Heartbeats and commits have to find the next coordinator. */
export const coordinatorLost: FaultCase = {
  name: 'coordinator-lost',
  what: "the broker that coordinates the queue's group hangs (SIGSTOP), then goes on",
  needs: { brokers: 3, backends: 2 },
  async run(scene) {
    const { kafka } = scene.world;
    const flow = await scene.begin();
    const coordinator = await coordinatorOf(kafka.direct, flow.groupId);
    const node = kafka.nodes.find(({ id }) => id === coordinator);
    if (!node) {
      throw new Error(`There is no broker ${coordinator}`);
    }
    await scene.outage(async () => {
      node.process.suspend();
      await scene.flowFor(12_000, 20_000);
      node.process.resume();
    });
    await scene.recovered();
    await scene.settle();
  },
};
