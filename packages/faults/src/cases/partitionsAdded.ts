import { withAdmin } from '@event-flows/testbed';
import type { FaultCase } from '../harness/FaultCase';

const MORE = 9;

/** Their records are read from the first on. */
export const partitionsAdded: FaultCase = {
  name: 'partitions-added',
  what: 'a topic grows from 6 to 9 partitions while its records are delivered',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { kafka } = scene.world;
    const flow = await scene.begin();
    await scene.clean(async () => {
      await withAdmin(kafka.direct, admin =>
        admin.createPartitions({
          topicPartitions: [{ topic: flow.topic, count: MORE }],
        }),
      );
      flow.producer.partitions = MORE;
    });
    await scene.recovered();
    await scene.settle();
  },
};
