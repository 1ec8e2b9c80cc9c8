import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startRecordingEndpoint,
  type EndpointAnswer,
  type RecordedRequest,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import type { EndpointMode, RecordBody } from './protocol';
import { RequestLog } from './RequestLog';

/** Bodies are not needed once they are logged. */
const FORGET_EVERY_MS = 1_000;

/**
 * The endpoint of all algorithms, in a process of its own so that no fault of
 * a portal or a broker touches its log. Arguments: its port, and the port on
 * which it is told how to answer and asked what it has.
 */
async function main(port: number, controlPort: number): Promise<void> {
  const log = new RequestLog(Date.now);
  let mode: EndpointMode = { kind: 'answer', delayMs: 0 };
  let endpoint: RecordingEndpoint | undefined = await listen();

  const control = createServer((request, response) => {
    answer(request).then(
      body => response.end(JSON.stringify(body)),
      error => response.destroy(error),
    );
  });
  control.listen(controlPort, '127.0.0.1');
  await once(control, 'listening');
  setInterval(() => endpoint?.clear(), FORGET_EVERY_MS);
  process.stdout.write('The endpoint listens\n');

  async function listen() {
    const started = await startRecordingEndpoint({ port });
    started.respond = respond;
    return started;
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://endpoint');
    if (request.method === 'PUT') {
      await become(JSON.parse(await readText(request)));
      return {};
    }
    return log.since(
      url.searchParams.get('topic') ?? '',
      Number(url.searchParams.get('since')),
    );
  }

  async function become(next: EndpointMode) {
    mode = next;
    if (mode.kind === 'down') {
      await endpoint?.close();
      endpoint = undefined;
    } else {
      endpoint ??= await listen();
    }
  }

  async function respond(request: RecordedRequest): Promise<EndpointAnswer> {
    const body = readBody(request.body);
    const entry = log.begin(String(request.headers['ce-id']), {
      id: body?.id,
      key: request.headers['ce-partitionkey']?.toString(),
    });
    if (mode.kind === 'hang' || mode.kind === 'reset') {
      return mode.kind;
    }
    if (mode.kind === 'answer' && mode.delayMs > 0) {
      await delay(mode.delayMs);
    }
    const usual = (mode.kind === 'answer' && mode.status) || 200;
    const status = body?.answers?.[entry.attempt - 1] ?? usual;
    entry.answered(status);
    return { status };
  }
}

/** Hostile records have bodies that say nothing. */
function readBody(bytes: Buffer): RecordBody | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) ?? undefined;
  } catch {
    return undefined;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

main(Number(process.argv[2]), Number(process.argv[3])).catch(error => {
  process.stderr.write(`${String(error.stack ?? error)}\n`);
  process.exit(1);
});
