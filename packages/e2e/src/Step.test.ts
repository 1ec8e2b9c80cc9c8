import { runStep } from './Step';

const node = (script: string) => [process.execPath, '-e', script] as const;

describe('runStep', () => {
  const step = { name: 'step', purpose: 'a test' };

  it('counts a step without tests as one', async () => {
    const passing = { ...step, command: node('console.log(1)') };
    expect(await runStep(passing, '.')).toMatchObject({
      ...{ ok: true, passed: 1, failed: 0, output: '1\n' },
    });
    const failing = { ...step, command: node('process.exit(2)') };
    expect(await runStep(failing, '.')).toMatchObject({
      ...{ ok: false, passed: 0, failed: 1 },
    });
  });

  it('takes the counts from the report', async () => {
    const readCounts = async () => ({ passed: 5, failed: 1 });
    expect(
      await runStep({ ...step, command: node(''), readCounts }, '.'),
    ).toMatchObject({ ok: false, passed: 5, failed: 1 });
  });

  it('names what the command itself had to try again', async () => {
    const readCounts = async () => ({ passed: 5, failed: 0, flaky: ['a'] });
    expect(
      await runStep({ ...step, command: node(''), readCounts }, '.'),
    ).toMatchObject({ ok: true, passed: 5, flaky: ['a'] });
  });

  it('shows a failure that the report does not know', async () => {
    const readCounts = async () => ({ passed: 5, failed: 0 });
    const command = node('process.exit(1)');
    expect(await runStep({ ...step, command, readCounts }, '.')).toMatchObject({
      ...{ ok: false, passed: 5, failed: 1 },
    });
  });

  describe('with a second attempt', () => {
    const failing = {
      ...step,
      command: node('process.exit(1)'),
      readCounts: async () => ({ passed: 5, failed: 2 }),
    };
    const again = (script: string) => async () => ({
      what: ['a.test.ts'],
      command: node(script),
    });

    it('passes, and names what passed only then', async () => {
      expect(
        await runStep({ ...failing, again: again('') }, '.'),
      ).toMatchObject({ ok: true, passed: 7, failed: 0, flaky: ['a.test.ts'] });
    });

    it('fails when that fails too, or is not worth it', async () => {
      const counts = { ok: false, passed: 5, failed: 2, flaky: [] };
      expect(
        await runStep({ ...failing, again: again('process.exit(1)') }, '.'),
      ).toMatchObject(counts);
      expect(
        await runStep({ ...failing, again: async () => undefined }, '.'),
      ).toMatchObject(counts);
    });
  });

  it('fails when a missing report would hide what was tested', async () => {
    const readCounts = async () => {
      throw new Error('no report');
    };
    await expect(
      runStep({ ...step, command: node(''), readCounts }, '.'),
    ).rejects.toThrow('no report');
  });
});
