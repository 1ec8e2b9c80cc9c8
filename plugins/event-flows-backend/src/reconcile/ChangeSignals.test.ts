import { mockServices } from '@backstage/backend-test-utils';
import { ChangeSignals } from './ChangeSignals';

describe('ChangeSignals', () => {
  const publish = jest.fn(async () => {});
  const logger = mockServices.logger.mock();
  let signals: ChangeSignals;

  beforeEach(() => {
    jest.useFakeTimers();
    publish.mockReset().mockResolvedValue(undefined);
    signals = new ChangeSignals({ signals: { publish }, logger });
  });

  afterEach(() => {
    signals.close();
    jest.useRealTimers();
  });

  it('tells everybody at once, and nothing of what has changed', () => {
    signals.announce();
    expect(publish.mock.calls).toEqual([
      [
        {
          ...{ recipients: { type: 'broadcast' }, channel: 'event-flows' },
          message: { kind: 'changed' },
        },
      ],
    ]);
  });

  it('tells of many changes in a second once more', () => {
    for (let change = 0; change < 50; change += 1) {
      signals.announce();
      jest.advanceTimersByTime(10);
    }
    expect(publish).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1_000);
    expect(publish).toHaveBeenCalledTimes(2);
    jest.advanceTimersByTime(60_000);
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('goes on where signals fail', async () => {
    publish.mockRejectedValueOnce(new Error('no bus'));
    signals.announce();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('no bus'));
    signals.announce();
    expect(publish).toHaveBeenCalledTimes(2);
  });
});
