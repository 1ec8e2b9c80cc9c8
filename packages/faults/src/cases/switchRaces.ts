import { between, pick } from '@event-flows/demo';
import type { FaultCase } from '../harness/FaultCase';
import { isConflict } from '../harness/isConflict';

const ROUNDS = 8;
/** Until every replica does what was asked last. */
const CONVERGES_WITHIN_MS = 10_000;

export const switchRaces: FaultCase = {
  name: 'switch-races',
  what: 'two people enable, disable and edit one queue at two backends at the same time',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const flow = await scene.begin();
    const { backends } = scene.world;
    const act = async (client: (typeof backends)[number]['client']) => {
      const deed = pick(scene.random, ['enable', 'disable', 'edit']);
      const concurrency = between(scene.random, 1, 16);
      try {
        await (deed === 'disable'
          ? flow.disable(client)
          : flow.enable({
              client,
              settings: deed === 'edit' ? { concurrency } : undefined,
            }));
      } catch (error) {
        // Somebody else was faster.
        if (!isConflict(error)) {
          throw error;
        }
      }
    };
    for (let round = 0; round < ROUNDS; round++) {
      await scene.clean(() =>
        Promise.all(backends.map(({ client }) => act(client))),
      );
      await scene.flowFor(200, 1_500);
    }
    await scene.clean(() => flow.disable());
    await flow.waitForPhase('stopped', { timeoutMs: CONVERGES_WITHIN_MS });
    await scene.clean(() => flow.enable());
    await flow.waitUntilItRuns(CONVERGES_WITHIN_MS);
    await scene.recovered();
    await scene.settle();
  },
};
