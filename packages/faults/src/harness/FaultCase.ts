import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
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
  /** What its runs are ordered by, in turns; default: by partition and by key. */
  orderings?: readonly Ordering[];
  /** How long a backend's event loop may be held up at most; default: it is only reported. */
  longestStallMs?: number;
  /** Brings the fault about; throws where the system does not behave. */
  run(scene: Scene): Promise<void>;
}
