import type { FaultCase } from '../harness/FaultCase';

/** The database says what shall be; records flow without it. */
export const postgresCut: FaultCase = {
  name: 'postgres-cut',
  what: 'the database ends every connection, twice (pg_terminate_backend)',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const flow = await scene.begin();
    for (let time = 0; time < 2; time++) {
      await scene.outage(() => scene.world.database.cutConnections(), 'clean');
      await scene.recovered();
      await scene.flowFor(500, 1_500);
    }
    await flow.waitUntilItRuns();
    await scene.settle();
  },
};
