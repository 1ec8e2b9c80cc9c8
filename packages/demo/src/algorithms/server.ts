import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidEventError, type Algorithm } from './Algorithm';
import {
  anomalyDetection,
  movingAverage,
  movingMedian,
} from './anomalyDetection';
import { followUp } from './followUp';
import { fraudScore } from './fraudScore';
import { sentiment } from './sentiment';

const MAX_BODY_BYTES = 1024 * 1024;

/** Counts of one version since the server started. */
interface VersionStats {
  processed: number;
  refused: number;
  lastAt?: string;
}

/** The versions that `examples/` describes, by path. */
function createVersions(): Map<string, Algorithm> {
  return new Map([
    ['/nlp/sentiment/0.9.0', sentiment()],
    ['/nlp/sentiment/1.0.2', sentiment({ negation: true })],
    [
      '/nlp/sentiment/1.1.0',
      sentiment({ negation: true, emphasis: true, stars: true }),
    ],
    [
      '/nlp/sentiment/2.0.0-beta.1',
      sentiment({
        ...{ negation: true, emphasis: true, stars: true, sentences: true },
      }),
    ],
    ['/nlp/follow-up/1.0.0', followUp()],
    ['/risk/fraud-score/2.0.0', fraudScore()],
    ['/risk/fraud-score/2.1.0', fraudScore({ noticesVelocity: true })],
    ['/iot/anomaly-detection/1.0.0', anomalyDetection(movingAverage)],
    ['/iot/anomaly-detection/1.1.0', anomalyDetection(movingMedian)],
  ]);
}

export interface AlgorithmServer {
  url: string;
  /** How many versions it serves. */
  versions: number;
  close(): Promise<void>;
}

/**
 * Serves the demo's algorithms on 127.0.0.1: `POST` an event to a version's path;
 * `GET /` lists the versions, `GET /stats` counts what each has processed.
 */
export async function startAlgorithmServer(
  port: number,
): Promise<AlgorithmServer> {
  const versions = createVersions();
  const stats = new Map<string, VersionStats>(
    [...versions.keys()].map(path => [path, { processed: 0, refused: 0 }]),
  );

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify(body)}\n`);
      },
      error => response.destroy(error),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${address.port}`,
    versions: versions.size,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage) {
    const path = request.url ?? '/';
    if (request.method === 'GET' && path === '/') {
      return { status: 200, body: { versions: [...versions.keys()] } };
    }
    if (request.method === 'GET' && path === '/stats') {
      return { status: 200, body: Object.fromEntries(stats) };
    }
    const version = versions.get(path);
    const counts = stats.get(path);
    if (!version || !counts) {
      return { status: 404, body: { error: `Nothing is at ${path}` } };
    }
    if (request.method !== 'POST') {
      return { status: 405, body: { error: 'Events come by POST' } };
    }
    try {
      const result = version(await readEvent(request));
      counts.processed += 1;
      counts.lastAt = new Date().toISOString();
      return { status: 200, body: result };
    } catch (error) {
      if (!(error instanceof InvalidEventError)) {
        throw error;
      }
      counts.refused += 1;
      return { status: 422, body: { error: error.message } };
    }
  }
}

async function readEvent(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new InvalidEventError(`The event exceeds ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // What exactly JSON.parse disliked helps nobody.
    throw new InvalidEventError('The event must be JSON');
  }
}
