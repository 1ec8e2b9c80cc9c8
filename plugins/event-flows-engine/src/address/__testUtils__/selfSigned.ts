import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate for 127.0.0.1 that nobody vouches for, and its key. */
export async function selfSigned(): Promise<{ cert: Buffer; key: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'event-flows-'));
  const [cert, key] = ['cert.pem', 'key.pem'].map(name => join(folder, name));
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-out', cert, '-keyout', key],
  ]);
  const pair = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
  return pair;
}
