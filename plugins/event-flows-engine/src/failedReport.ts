import type { QueueReport } from './types';

/**
 * The report of a queue that cannot run, and has counted nothing.
 *
 * @param reason - what is wrong and what to do
 *
 * @public
 */
export function failedReport(queueId: string, reason: string): QueueReport {
  return {
    queueId,
    run: '',
    phase: 'failed',
    reason,
    lag: 0,
    deliveredPerSecond: 0,
    counters: {
      read: 0,
      delivered: 0,
      deadLettered: 0,
      skipped: 0,
      inFlight: 0,
    },
    partitions: [],
    heldUp: [],
    decided: [],
  };
}
