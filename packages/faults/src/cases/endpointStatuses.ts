import { pick } from '@event-flows/demo';
import type { FaultCase } from '../harness/FaultCase';

/** Each may succeed later: once or twice it does not, then it does. */
const TRANSIENT = [408, 409, 425, 429, 500, 502, 503, 504];
/** The record is refused, and belongs into the dead-letter topic. */
const REFUSED = [400, 406, 413, 415, 422, 501, 505];
const RECORDS = 300;

export const endpointStatuses: FaultCase = {
  name: 'endpoint-statuses',
  what: 'records are answered with every class of status before they are taken or refused',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const flow = await scene.begin({ deadLetters: 'automatic' });
    await flow.producer.pause();
    const refused = new Set<number>();
    flow.producer.answers = id => {
      // Most are plain, or a partition would do nothing but wait.
      const kind = scene.random();
      if (kind < 0.06) {
        return [pick(scene.random, TRANSIENT)];
      }
      if (kind < 0.12) {
        refused.add(id);
        return [pick(scene.random, REFUSED)];
      }
      return undefined;
    };
    await flow.producer.write(RECORDS);
    await scene.settle();
    const wrong = flow.ledger
      .acknowledged()
      .filter(({ acknowledged, deadLetters }) => {
        const id = acknowledged?.id;
        return refused.has(id ?? 0) !== deadLetters > 0;
      });
    if (wrong.length > 0) {
      throw new Error(
        `${wrong.length} records were dead-lettered and not refused, or refused and not dead-lettered`,
      );
    }
  },
};
