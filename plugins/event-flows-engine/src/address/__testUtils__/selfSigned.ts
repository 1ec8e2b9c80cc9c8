import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate that nobody but itself vouches for, and its key; for 127.0.0.1 unless told. */
export async function selfSigned(
  options: { address?: string; expired?: boolean } = {},
): Promise<{ cert: Buffer; key: Buffer }> {
  const { address = '127.0.0.1', expired = false } = options;
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
  const folder = await mkdtemp(join(tmpdir(), 'event-flows-'));
  const [cert, key] = ['cert.pem', 'key.pem'].map(name => join(folder, name));
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'],
    ...['-subj', `/CN=${address}`, '-addext', `subjectAltName=IP:${address}`],
    ...['-out', cert, '-keyout', key],
  );
  if (expired) {
    // It ended a day before it began.
    await openssl(
      ...['x509', '-in', cert, '-signkey', key, '-days', '-1', '-out', cert],
    );
  }
  const pair = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
  return pair;
}
