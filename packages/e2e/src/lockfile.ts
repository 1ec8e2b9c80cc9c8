import { readFileSync } from 'node:fs';

/**
 * The lock file must not name the registry of whoever wrote it: everyone
 * installs from their own.
 */
const addresses = readFileSync('yarn.lock', 'utf8')
  .split('\n')
  .map((line, index) => `yarn.lock:${index + 1}: ${line.trim()}`)
  .filter(line => /https?:\/\//.test(line));

if (addresses.length > 0) {
  process.stderr.write(
    `The lock file holds addresses:\n${addresses.join('\n')}\n`,
  );
  process.exit(1);
}
