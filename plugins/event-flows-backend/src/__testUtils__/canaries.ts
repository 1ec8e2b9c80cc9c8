import { inspect } from 'node:util';
import type { RootLoggerService } from '@backstage/backend-plugin-api';

/**
 * The ways in which a secret may be written down: as it is, escaped for JSON
 * or a URL, in hexadecimal, and in base64 of any alignment.
 */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap(before => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    // The characters at both ends depend on what stands beside it.
    const text = padded.toString('base64').slice(before === 0 ? 0 : 4, -4);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(secret),
      encodeURI(secret),
      new URLSearchParams({ a: secret }).toString().slice(2),
      bytes.toString('hex'),
      ...inBase64,
    ]),
  ];
}

/** Which secrets stand in which texts, however they are written there. */
export function findSecrets(
  secrets: Record<string, string>,
  texts: Record<string, string>,
): string[] {
  return Object.entries(secrets).flatMap(([secretName, secret]) =>
    spellingsOf(secret).flatMap(spelling =>
      Object.entries(texts).flatMap(([place, text]) => {
        const at = text.indexOf(spelling);
        return at < 0
          ? []
          : [
              `${secretName} in ${place}: …${text.slice(Math.max(0, at - 80), at)}`,
            ];
      }),
    ),
  );
}

/**
 * A log at the level of debugging, and stricter than a real one: everything
 * that is handed to it is written down, with all properties and causes.
 */
export class StrictLog {
  readonly #lines: string[] = [];

  get text(): string {
    return this.#lines.join('\n');
  }

  write(...parts: unknown[]): void {
    this.#lines.push(
      ...parts.map(part =>
        typeof part === 'string'
          ? part
          : inspect(part, {
              ...{ depth: 20, maxStringLength: null, maxArrayLength: null },
              ...{ breakLength: Infinity, getters: true },
            }),
      ),
    );
  }

  get logger(): RootLoggerService {
    const write = (...parts: unknown[]) => this.write(...parts);
    const logger: RootLoggerService = {
      ...{ error: write, warn: write, info: write, debug: write },
      child: meta => {
        write(meta);
        return logger;
      },
    };
    return logger;
  }
}
