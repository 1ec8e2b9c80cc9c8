import type { FaultCase } from '../harness/FaultCase';

export const poisonRecords: FaultCase = {
  name: 'poison-records',
  what: 'one record of fifty is refused for ever; a dead-letter topic takes it',
  needs: { brokers: 1, backends: 2 },
  fast: true,
  async run(scene) {
    const flow = await scene.begin({ deadLetters: 'automatic' });
    let refused = 0;
    flow.producer.answers = () => {
      const isRefused = scene.random() < 0.02;
      refused += Number(isRefused);
      return isRefused ? [422] : undefined;
    };
    await scene.flowFor(3_000, 5_000);
    await scene.settle();
    const letters = flow.ledger
      .acknowledged()
      .filter(({ deadLetters }) => deadLetters > 0);
    if (letters.length !== refused) {
      throw new Error(
        `${refused} records were refused, ${letters.length} are in the dead-letter topic`,
      );
    }
  },
};
