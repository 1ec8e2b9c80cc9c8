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
      try {
        await node.stop();
        await node.start();
        await flow.waitForPhase('failed', {
          timeoutMs: 120_000,
          because: /sign|password|authenti|credential/i,
        });
      } finally {
        await kafka.changePassword(kafka.signIn.password);
      }
    });
    await scene.recovered(180_000);
    await scene.settle();
  },
};
