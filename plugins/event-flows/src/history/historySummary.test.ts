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
          },
          {
            ...{ at: ago(1), lag: 12 },
            ...{ deliveredPerSecond: 3, deadLetteredPerSecond: 0.05 },
          },
          {
            ...{ at: ago(0), lag: 4 },
            ...{ deliveredPerSecond: 8.5, deadLetteredPerSecond: 0 },
          },
        ],
      }),
    ).toEqual({
      ...{ known: 2, maxLag: 12, maxDeliveredPerSecond: 8.5, deadLettered: 3 },
    });
  });
});
