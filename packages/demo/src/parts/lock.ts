import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What SQLite says where another process holds the file. */
const SQLITE_BUSY = 5;

/** Where a demo is found, and by what it can be ended. */
export interface RunningDemo {
  url: string;
  pid: number;
}

/** Another demo works on the same data folder. */
export class DemoRunningError extends Error {
  constructor(dataDir: string, running: RunningDemo | undefined) {
    super(
      [
        running
          ? `A demo is running here already: ${running.url} (process ${running.pid}).`
          : 'A demo is running here already.',
        `  To end it:      Ctrl-C in its terminal${
          running ? `, or \`kill ${running.pid}\`` : ''
        }.`,
        '  To run another: give that one EVENT_FLOWS_DATA and ports of its own, see `./run help`.',
        `Both would work on ${dataDir}; nothing was started or changed.`,
      ].join('\n'),
    );
    this.name = 'DemoRunningError';
  }
}

/**
 * Makes sure that one demo at a time works on a data folder.
 *
 * It is a lock of the operating system, which SQLite takes on a file for us. It
 * ends with the process that holds it, however that ends, so nothing is left
 * over after `kill -9` or a reboot, and no process id is mistaken for another's.
 */
export class DemoLock {
  /** @throws DemoRunningError where another demo holds the lock. */
  static async take(dataDir: string, holder: RunningDemo): Promise<DemoLock> {
    await mkdir(dataDir, { recursive: true });
    const holderFile = join(dataDir, 'running.json');
    const database = new DatabaseSync(join(dataDir, 'running.lock'));
    try {
      // Nothing is ever written: the file stays empty, and needs no journal.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
        throw new DemoRunningError(dataDir, await readHolder(holderFile));
      }
      throw error;
    }
    await writeFile(holderFile, `${JSON.stringify(holder)}\n`);
    return new DemoLock(database, holderFile);
  }

  private constructor(
    private readonly database: DatabaseSync,
    private readonly holderFile: string,
  ) {}

  async release(): Promise<void> {
    await rm(this.holderFile, { force: true });
    // The lock's file stays: who removes it could remove the next one's.
    this.database.close();
  }
}

/** Nothing where the other one has the lock and has not said yet who it is. */
async function readHolder(file: string): Promise<RunningDemo | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
