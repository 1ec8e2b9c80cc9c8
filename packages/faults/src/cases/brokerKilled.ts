import { pick } from '@event-flows/demo';
import type { FaultCase } from '../harness/FaultCase';

/** The others lead its partitions from then on. */
export const brokerKilled: FaultCase = {
  name: 'broker-killed',
  what: 'one of three brokers is killed (SIGKILL) and comes back',
  needs: { brokers: 3, backends: 2 },
  async run(scene) {
    await scene.begin();
    await scene.flowFor(1_000, 3_000);
    const node = pick(scene.random, scene.world.kafka.nodes);
    await scene.takenOver(() => node.kill());
    await scene.flowFor(1_000, 5_000);
    await scene.clean(() => node.start());
    await scene.recovered();
    await scene.settle();
  },
};
