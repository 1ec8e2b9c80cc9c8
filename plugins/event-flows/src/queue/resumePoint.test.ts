import { aStatus } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { resumePoint } from './resumePoint';

const running = { phase: 'running', position: '12' } as const;

describe('resumePoint', () => {
  it('says where the queue is, as far as that is known', () => {
    const partitions = [0, 1, 2].map(partition => ({ ...running, partition }));
    expect(resumePoint(aStatus({ lag: 1_204, partitions }), t)).toBe(
      'Goes on at its position: 3 partitions, 1,204 records behind.',
    );
    expect(resumePoint(aStatus({ lag: 1, partitions: [] }), t)).toBe(
      'Goes on at its position: 1 record behind.',
    );
    expect(
      resumePoint(
        aStatus({ lag: 0, partitions: [{ ...running, partition: 0 }] }),
        t,
      ),
    ).toBe('Goes on at its position: 1 partition.');
  });

  it('takes no lag for one that is not known', () => {
    for (const status of [undefined, aStatus({ lag: 0 })]) {
      expect(resumePoint(status, t)).toBe('Goes on at its position.');
    }
  });
});
