import type { FaultCase } from '../harness/FaultCase';

export const credentialsChanged: FaultCase = {
  name: 'credentials-changed',
  what: 'the password is changed at the cluster, connections end, and later it is changed back',
  needs: { brokers: 1, backends: 2 },
  async run(scene) {
    const { kafka } = scene.world;
    const [node] = kafka.nodes;
    const flow = await scene.begin({ signIn: true });
    await scene.outage(async () => {
      await kafka.changePassword('another-secret');
      await node.stop();
      await node.start();
      const reason = await flow.waitForPhase('failed', 90_000);
      if (!/sign|password|authenti|credential/i.test(reason ?? '')) {
        throw new Error(`The queue should say what is wrong, not: ${reason}`);
      }
      await kafka.changePassword(kafka.signIn.password);
    });
    await scene.recovered(180_000);
    await scene.settle();
  },
};
