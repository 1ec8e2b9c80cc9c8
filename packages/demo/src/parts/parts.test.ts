import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from './appBuild';
import { keptSecret } from './secrets';

describe('parts', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'event-flows-demo-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a secret of 32 bytes for the next start, readable by its owner only', async () => {
    const secret = await keptSecret(folder, 'key');
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(await keptSecret(folder, 'key')).toBe(secret);
    expect(await keptSecret(folder, 'other')).not.toBe(secret);
    expect(statSync(join(folder, 'key.secret')).mode % 0o1000).toBe(0o600);
  });

  it('hashes names and content of sources, not what is built from them', async () => {
    mkdirSync(join(folder, 'a/src'), { recursive: true });
    mkdirSync(join(folder, 'a/dist'));
    writeFileSync(join(folder, 'lock'), '1');
    writeFileSync(join(folder, 'a/src/x.ts'), '1');
    const hash = () => hashOf(folder, ['a', 'lock']);
    const first = await hash();

    writeFileSync(join(folder, 'a/dist/x.js'), '1');
    expect(await hash()).toBe(first);

    writeFileSync(join(folder, 'a/src/x.ts'), '2');
    const second = await hash();
    expect(second).not.toBe(first);

    writeFileSync(join(folder, 'a/src/y.ts'), '');
    const third = await hash();
    expect(third).not.toBe(second);

    writeFileSync(join(folder, 'lock'), '2');
    expect(await hash()).not.toBe(third);
  });
});
