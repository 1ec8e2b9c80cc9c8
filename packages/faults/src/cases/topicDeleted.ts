import { createTopics, withAdmin } from '@event-flows/testbed';
import type { FaultCase } from '../harness/FaultCase';

/** Nothing can be delivered then; the queue has to say so, and the others go on. */
export const topicDeleted: FaultCase = {
  name: 'topic-deleted',
  what: 'the topic is deleted; its queue says so, and the portal goes on',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { kafka } = scene.world;
    const flow = await scene.begin();
    await scene.settle();
    await scene.clean(() =>
      withAdmin(kafka.direct, admin =>
        admin.deleteTopics({ topics: [flow.topic] }),
      ),
    );
    await flow.waitForPhase('failed', {
      timeoutMs: 90_000,
      because: new RegExp(flow.topic),
    });
    await createTopics(kafka.direct, [{ topic: flow.topic, partitions: 6 }]);
  },
};
