import { waitUntil } from '@event-flows/testbed';
import { BalanceSampler } from './BalanceSampler';

const balanced = {
  ...{ read: 10, delivered: 6, deadLettered: 2, skipped: 1, inFlight: 1 },
};

async function problemsOf(
  answers: Array<Array<typeof balanced | undefined>>,
): Promise<string[]> {
  let asked = 0;
  const sampler = new BalanceSampler(async () => {
    const answer = answers[asked];
    asked += 1;
    if (!answer) {
      throw new Error('nobody there');
    }
    return answer;
  });
  await waitUntil(() => asked > answers.length, {
    ...{ timeoutMs: 10_000, everyMs: 20, what: 'all to be asked' },
  });
  await sampler.stop();
  return sampler.problems;
}

describe('BalanceSampler', () => {
  it('has nothing to say where all adds up', async () => {
    expect(await problemsOf([[balanced, undefined]])).toEqual([]);
  });

  it('says where it does not', async () => {
    const wrong = { ...balanced, read: 11 };
    expect(await problemsOf([[balanced], [balanced, wrong]])).toEqual([
      expect.stringMatching(/^1 of 3 times .*"read":11/),
    ]);
  });

  it('says that nobody could be asked', async () => {
    expect(await problemsOf([])).toEqual([
      'nobody said what the queue has counted',
    ]);
  });
});
