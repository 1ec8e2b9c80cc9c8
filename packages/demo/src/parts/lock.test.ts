import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoLock, DemoRunningError } from './lock';

const holder = { url: 'http://localhost:7007', pid: 4711 };
const other = { url: 'http://localhost:8007', pid: 4712 };

describe('DemoLock', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'event-flows-demo-')), 'demo');
  });

  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  it('tells a second demo where the first one is and how to end it, and touches nothing', async () => {
    const lock = await DemoLock.take(dataDir, holder);
    const files = () =>
      readdirSync(dataDir).map(name => [
        name,
        readFileSync(join(dataDir, name), 'utf8'),
      ]);
    const before = files();

    const second = DemoLock.take(dataDir, other);

    await expect(second).rejects.toThrow(DemoRunningError);
    await expect(second).rejects.toThrow(
      /running here already: http:\/\/localhost:7007 \(process 4711\)[^]*Ctrl-C[^]*`kill 4711`/,
    );
    expect(files()).toEqual(before);
    await lock.release();
  });

  it('is free again when it was released', async () => {
    await (await DemoLock.take(dataDir, holder)).release();
    const lock = await DemoLock.take(dataDir, other);
    await expect(DemoLock.take(dataDir, holder)).rejects.toThrow(other.url);
    await lock.release();
  });

  it('leaves other data folders alone', async () => {
    const lock = await DemoLock.take(dataDir, holder);
    const beside = await DemoLock.take(join(dataDir, 'beside'), other);
    expect(beside).toBeInstanceOf(DemoLock);
    await beside.release();
    await lock.release();
  });

  it('ends with the process that held it, even when that was killed', async () => {
    const first = await DemoLock.take(dataDir, holder);
    await first.release();
    const child = spawn(process.execPath, [
      '-e',
      `const { DatabaseSync } = require('node:sqlite');
       const { writeFileSync } = require('node:fs');
       const database = new DatabaseSync(${JSON.stringify(join(dataDir, 'running.lock'))});
       database.exec('BEGIN EXCLUSIVE');
       writeFileSync(${JSON.stringify(join(dataDir, 'running.json'))}, '${JSON.stringify(holder)}');
       console.log('held');
       setInterval(() => database.isOpen, 1000);`,
    ]);
    await once(child.stdout, 'data');
    await expect(DemoLock.take(dataDir, other)).rejects.toThrow(holder.url);

    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;

    const lock = await DemoLock.take(dataDir, other);
    await expect(DemoLock.take(dataDir, holder)).rejects.toThrow(other.url);
    await lock.release();
  });

  it('says what it can where the first one has not said yet who it is', async () => {
    const lock = await DemoLock.take(dataDir, holder);
    rmSync(join(dataDir, 'running.json'));
    await expect(DemoLock.take(dataDir, other)).rejects.toThrow(
      /^A demo is running here already\.\n.*Ctrl-C in its terminal\.\n/,
    );
    await lock.release();
  });
});
