import { Agent, request } from 'node:http';
import type { BadInput } from './BadInput';

/** An answer as it came. */
export interface RawAnswer {
  status: number;
  text: string;
}

/** Sends a request as it is: no client corrects it. */
export class RawClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly port: number) {}

  send(input: BadInput, authorization: string): Promise<RawAnswer> {
    const { method, path, body } = input;
    const headers = {
      ...input.headers,
      authorization,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: '127.0.0.1',
          port: this.port,
          method: method.toUpperCase(),
          path: `/api/event-flows${path}`,
          headers,
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
