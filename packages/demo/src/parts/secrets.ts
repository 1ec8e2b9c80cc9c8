import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A random secret of 32 bytes in base64 that is made on the first start and kept
 * in the data folder: what it encrypted must be readable the next time.
 */
export async function keptSecret(
  dataDir: string,
  name: string,
): Promise<string> {
  const file = join(dataDir, `${name}.secret`);
  const secret = randomBytes(32).toString('base64');
  try {
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    return readFile(file, 'utf8');
  }
}
