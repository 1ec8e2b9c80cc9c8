/**
 * The delivery engine in a worker thread of its own; started by
 * `createEngineHost` and by nobody else.
 *
 * @packageDocumentation
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from './Engine';
import { serveEngine } from './host/serveEngine';
import type { WorkerMessage } from './host/protocol';
import type { EngineLogEntry, EngineOptions } from './types';

const port = parentPort;
if (!port) {
  throw new Error('This file runs in a worker thread; use createEngineHost');
}

const { options } = workerData as { options: EngineOptions };
const log = (entry: EngineLogEntry) =>
  port.postMessage({ kind: 'log', entry } satisfies WorkerMessage);
serveEngine(port, createEngine(options, log));
