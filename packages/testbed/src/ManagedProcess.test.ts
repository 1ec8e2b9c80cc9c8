import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, ManagedProcessError, waitUntil } from '.';

describe('ManagedProcess', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'event-flows-process-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const shell = (script: string, readyLine?: RegExp, readyTimeoutMs?: number) =>
    ManagedProcess.start({
      name: 'Thing',
      command: 'sh',
      args: ['-c', script],
      logFile: join(folder, 'thing.log'),
      readyLine,
      readyTimeoutMs,
    });

  it('is started when the ready line was printed, and logs all it prints', async () => {
    const thing = await shell(
      'echo one; echo ready >&2; exec sleep 60',
      /ready/,
    );
    expect(thing.running).toBe(true);
    expect(await thing.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(thing.running).toBe(false);
    expect(readFileSync(join(folder, 'thing.log'), 'utf8')).toBe(
      'one\nready\n',
    );
  });

  it('fails with the end of the log when it ends too early', async () => {
    const failure = shell('echo port is taken; exit 3', /ready/);
    await expect(failure).rejects.toThrow(ManagedProcessError);
    await expect(failure).rejects.toThrow(
      /Thing ended before it was ready \(exit code 3\).*\nport is taken/,
    );
  });

  it('is killed when it does not become ready in time', async () => {
    const failure = shell('echo $$; exec sleep 60', /ready/, 300);
    const error: ManagedProcessError = await failure.catch(e => e);
    expect(error.message).toMatch('Thing was not ready after 300 ms');
    expect(isAlive(Number(error.tail))).toBe(false);
  });

  it('says what could not be started', async () => {
    await expect(
      ManagedProcess.start({ name: 'Thing', command: './missing', args: [] }),
    ).rejects.toThrow(/Thing could not be started: .*ENOENT/);
  });

  it('kills what does not listen, after the grace period', async () => {
    const thing = await shell(
      'trap "" TERM; echo ready; while :; do sleep 0.1; done',
      /ready/,
    );
    expect(await thing.stop({ graceMs: 100 })).toEqual({
      code: null,
      signal: 'SIGKILL',
    });
  });

  it('dies with its parent, even when that is killed, and its temporary folder goes', async () => {
    const orphaned = join(folder, 'temporary');
    const parent = spawn(
      process.execPath,
      [
        '--import',
        '@backstage/cli/config/nodeTransform.cjs',
        '--eval',
        `const { ManagedProcess } = require(${JSON.stringify(
          require.resolve('./ManagedProcess'),
        )});
        require('node:fs').mkdirSync(${JSON.stringify(orphaned)});
        ManagedProcess.start({
          name: 'Thing', command: 'sleep', args: ['60'],
          removeIfOrphaned: ${JSON.stringify(orphaned)},
        }).then(({ pid }) => { console.log(pid); setInterval(() => {}, 1000); });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await waitUntil(() => !isAlive(pid) && !existsSync(orphaned), {
      timeoutMs: 10_000,
      what: 'the orphan and its folder to go',
    });
  }, 20_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}
