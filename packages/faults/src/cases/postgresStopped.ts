import type { FaultCase } from '../harness/FaultCase';

/** Records keep flowing; what is asked afterwards is done. */
export const postgresStopped: FaultCase = {
  name: 'postgres-stopped',
  what: 'the database cannot be reached for a while, as if it were stopped',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { databaseLink } = scene.world;
    const flow = await scene.begin();
    await scene.outage(async () => {
      databaseLink.cut();
      await scene.deliveredEverywhere(Date.now(), 30_000);
      await scene.flowFor(5_000, 10_000);
      await scene.deliveredEverywhere(Date.now(), 30_000);
      databaseLink.open();
    }, 'clean');
    await scene.recovered();
    await flow.waitUntilItRuns();
    await scene.clean(async () => {
      await flow.disable();
      await flow.waitForPhase('stopped');
      await flow.enable();
    });
    await scene.recovered();
    await scene.settle();
  },
};
