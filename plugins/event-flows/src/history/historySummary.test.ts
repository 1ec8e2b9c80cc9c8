import { ago } from '../__testUtils__/fixtures';
import { summarizeHistory } from './historySummary';

describe('summarizeHistory', () => {
  it('takes gaps for nothing', () => {
    expect(
      summarizeHistory({
        stepMs: 60_000,
        points: [
          {
            ...{ at: ago(2), lag: null },
            ...{ deliveredPerSecond: null, deadLetteredPerSecond: null },
            ...{
              failedPerSecond: null,
              latencyP50Ms: null,
              latencyP99Ms: null,
            },
          },
          {
            ...{ at: ago(1), lag: 12 },
            ...{ deliveredPerSecond: 3, deadLetteredPerSecond: 0.05 },
            ...{ failedPerSecond: 0.1, latencyP50Ms: 4, latencyP99Ms: 310 },
          },
          {
            ...{ at: ago(0), lag: 4 },
            ...{ deliveredPerSecond: 8.5, deadLetteredPerSecond: 0 },
            ...{ failedPerSecond: 0, latencyP50Ms: 3, latencyP99Ms: 9 },
          },
        ],
      }),
    ).toEqual({
      ...{ known: 2, maxLag: 12, maxDeliveredPerSecond: 8.5, deadLettered: 3 },
      ...{ failed: 6, maxLatencyP99Ms: 310 },
    });
  });
});
