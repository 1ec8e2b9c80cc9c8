import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

const root = dirname(require.resolve('../../../package.json'));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('./run', args, {
    cwd: root,
    encoding: 'utf8',
    // Whatever is started by mistake ends.
    timeout: 10_000,
  });
  return { status, stdout, stderr };
}

describe('./run', () => {
  it.each([
    [],
    ['help'],
    ['--help'],
    ['demo', '--help'],
    ['demo', '-h'],
    ['test', '--help'],
    ['test', '--only', 'unit', '--help'],
    ['faults', '--help'],
    ['bench', '--help'],
  ])('shows what there is, and starts nothing: %s %s %s %s', (...args) => {
    const { status, stdout, stderr } = run(...args);
    expect(stdout).toContain('./run demo ');
    expect(stdout).toContain('EVENT_FLOWS_PORT');
    expect(stdout).not.toContain('…');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    [
      ['demo', '--quick'],
      '`./run demo` takes no arguments, and there is "--quick".',
    ],
    [
      ['demo', 'start'],
      '`./run demo` takes no arguments, and there is "start".',
    ],
    [['help', 'demo'], '`./run help` takes no arguments, and there is "demo".'],
    [['dmeo'], 'There is no command "dmeo".'],
  ])('refuses what it does not know: %s', (args, says) => {
    expect(run(...args)).toEqual({
      status: 2,
      stdout: '',
      stderr: `\n${says} See \`./run help\`.\n`,
    });
  });
});
