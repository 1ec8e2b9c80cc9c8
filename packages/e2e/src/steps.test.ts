import { thoroughSteps } from './steps';

describe('thoroughSteps', () => {
  it('lets Jest end, and Playwright try again', async () => {
    const steps = await thoroughSteps({ reportDir: '/', warn: () => {} });
    const envs = new Map(steps.map(({ name, env }) => [name, env]));
    expect(envs.get('unit')).toMatchObject({ CI: 'true' });
    expect(envs.get('walk')).toMatchObject({ CI: 'true' });
  });
});
