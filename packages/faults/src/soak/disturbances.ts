import type { Backend } from '../harness/Backend';
import type { Scene } from '../harness/Scene';

/** Something that happens in an hour of operation. */
export interface Disturbance {
  name: string;
  /** Resolves when it is over; the second backend may be ended, the first is watched. */
  act(scene: Scene, second: Backend): Promise<void>;
}

/** What a soak chooses from. */
export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'nothing',
    act: scene => scene.flowFor(5_000, 10_000),
  },
  {
    name: 'backend-stopped',
    act: (scene, second) =>
      scene.clean(async () => {
        await second.stop();
        await second.start();
        await scene.flow.waitForMembers();
      }),
  },
  {
    name: 'backend-killed',
    async act(scene, second) {
      await scene.ungraceful(() => second.kill());
      await scene.recovered();
      await scene.clean(async () => {
        await second.start();
        await scene.flow.waitForMembers();
      });
    },
  },
  {
    name: 'link-cut',
    act: scene =>
      scene.outage(async () => {
        const [{ link }] = scene.world.kafka.nodes;
        link.cut();
        await scene.flowFor(1_000, 12_000);
        link.open();
      }),
  },
  {
    name: 'link-slow',
    act: scene =>
      scene.outage(async () => {
        const [{ link }] = scene.world.kafka.nodes;
        link.slow(100 + Math.floor(scene.random() * 200));
        await scene.flowFor(3_000, 6_000);
        link.open();
      }, 'clean'),
  },
  {
    name: 'postgres-cut',
    act: scene =>
      scene.outage(() => scene.world.database.cutConnections(), 'clean'),
  },
  {
    name: 'postgres-stopped',
    act: scene =>
      scene.outage(async () => {
        scene.world.databaseLink.cut();
        await scene.flowFor(3_000, 8_000);
        scene.world.databaseLink.open();
      }, 'clean'),
  },
  {
    name: 'endpoint-down',
    act: scene =>
      scene.outage(async () => {
        await scene.world.endpoint.become({ kind: 'down' });
        await scene.flowFor(1_000, 5_000);
        await scene.world.endpoint.become({ kind: 'answer', delayMs: 0 });
      }, 'clean'),
  },
  {
    name: 'switched',
    act: scene =>
      scene.clean(async () => {
        await scene.flow.disable();
        await scene.flow.enable();
        await scene.flow.waitForMembers();
      }),
  },
];
