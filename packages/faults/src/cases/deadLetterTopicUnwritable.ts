import { withAdmin } from '@event-flows/testbed';
import type { FaultCase } from '../harness/FaultCase';

/** More than any record of ours, less than what makes the topic unusable for others. */
const TOO_SMALL = '1';

/** Not written is not done: positions stay where they are until it is. */
export const deadLetterTopicUnwritable: FaultCase = {
  name: 'dead-letter-topic-unwritable',
  what: 'the dead-letter topic takes nothing for a while, and records are refused meanwhile',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { kafka } = scene.world;
    const flow = await scene.begin({ deadLetters: 'automatic' });
    const limit = (value: string) =>
      withAdmin(kafka.direct, admin =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: 2,
              name: flow.deadLetterTopic,
              configEntries: [{ name: 'max.message.bytes', value }],
            },
          ],
        }),
      );
    await scene.outage(async () => {
      await limit(TOO_SMALL);
      flow.producer.answers = () => (scene.random() < 0.02 ? [422] : undefined);
      await scene.flowFor(5_000, 8_000);
      await flow.refresh();
      const lost = flow.ledger
        .acknowledged()
        .filter(({ deadLetters }) => deadLetters > 0);
      if (lost.length > 0) {
        throw new Error('The dead-letter topic has taken a record after all');
      }
      await limit('1048588');
    }, 'clean');
    await scene.settle(180_000);
  },
};
