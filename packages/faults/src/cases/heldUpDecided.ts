import { pick } from '@event-flows/demo';
import { waitUntil } from '@event-flows/testbed';
import type { Backend } from '../harness/Backend';
import type { FaultCase } from '../harness/FaultCase';
import { HeldUpTrio } from '../harness/HeldUpTrio';
import type { Scene } from '../harness/Scene';

/** One of two backends goes and comes back; resolves when it has its share again. */
type Disturb = (scene: Scene, backend: Backend) => Promise<void>;

const kill: Disturb = async (scene, backend) => {
  await scene.ungraceful(() => backend.kill());
  await scene.recovered();
  await scene.clean(async () => {
    await backend.start();
    await scene.flow.waitForMembers();
  });
  await scene.recovered();
};

const roll: Disturb = async (scene, backend) => {
  await scene.clean(async () => {
    await backend.stop();
    await backend.start();
    await scene.flow.waitForMembers();
  });
  await scene.recovered();
};

/** Whoever has a partition next knows of its blocked records, and of what was decided. */
export const heldUpDecided: FaultCase = {
  name: 'held-up-decided',
  what: 'blocked records are retried, skipped and dead-lettered by a person, while backends are killed and rolled',
  needs: { brokers: 1, backends: 2 },
  orderings: ['key', 'partition', 'none'],
  async run(scene) {
    await scene.begin({ deadLetters: 'decided' });
    await disturbed(scene, roll, { mayRepeat: 0 });
    await disturbed(scene, kill, { mayRepeat: 1 });
    await scene.settle();
  },
};

/** Disturbs while records are blocked, and once more while they are decided about. */
async function disturbed(
  scene: Scene,
  disturb: Disturb,
  options: {
    /** How often a decision may be carried out again. */
    mayRepeat: number;
  },
) {
  const trio = await HeldUpTrio.block(scene);
  await disturb(scene, scene.someBackend());
  await trio.assertUnchanged();

  const backend = pick(scene.random, scene.world.backends);
  const other = scene.world.backends.filter(each => each !== backend);
  await Promise.all([
    disturb(scene, backend),
    trio.decide(pick(scene.random, other).client),
  ]);
  await waitUntil(() => trio.isCarriedOut(), {
    timeoutMs: 60_000,
    everyMs: 300,
    what: 'decisions to be carried out',
  });
  trio.assertAsDecided(options);
}
