// Loaded into each backend before anything else: once a second it writes how
// long the event loop of the main thread was held up at most, as "time ms".
const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.EVENT_FLOWS_STALL_FILE;
const EVERY_MS = 10;
const WRITE_EVERY_MS = 1000;

if (isMainThread && file) {
  let last = performance.now();
  let written = last;
  let longest = 0;
  setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - EVERY_MS);
    last = now;
    if (now - written >= WRITE_EVERY_MS) {
      appendFileSync(file, `${Date.now()} ${longest.toFixed(1)}\n`);
      written = now;
      longest = 0;
    }
  }, EVERY_MS).unref();
}
