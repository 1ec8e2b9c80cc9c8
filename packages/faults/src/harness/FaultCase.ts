import type { Scene } from './Scene';
import type { Needs } from './World';

/** One fault, or one kind of fault, and what the system has to make of it. */
export interface FaultCase {
  /** As `--case` names it. */
  name: string;
  /** What happens, in a sentence. */
  what: string;
  needs: Needs;
  /** Quick and steady enough for every `./run test`. */
  fast?: boolean;
  /** Brings the fault about; throws where the system does not behave. */
  run(scene: Scene): Promise<void>;
}
