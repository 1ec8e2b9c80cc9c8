import type { FaultCase } from '../harness/FaultCase';
import { backendKilled } from './backendKilled';
import { backendStopped } from './backendStopped';

/** Every case of `./run faults`. */
export const CASES: readonly FaultCase[] = [backendKilled, backendStopped];
