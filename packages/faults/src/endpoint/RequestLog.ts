import type { LogEntry } from './protocol';

/** What the endpoint was asked and has answered, by topic. */
export class RequestLog {
  readonly #topics = new Map<string, LogEntry[]>();
  readonly #attempts = new Map<string, number>();
  #requests = 0;

  constructor(private readonly now: () => number) {}

  /** Notes a request; `answered` notes what came of it. */
  begin(
    ceId: string,
    record: { id: number | undefined; key: string | undefined },
  ): { attempt: number; answered: (status: number) => void } {
    const [topic, partition, offset] = ceId.split(':');
    const entries = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, entries);
    const request = {
      request: (this.#requests += 1),
      partition: Number(partition),
      offset: Number(offset),
      ...record,
    };
    entries.push({ at: this.now(), ...request });
    const attempt = (this.#attempts.get(ceId) ?? 0) + 1;
    this.#attempts.set(ceId, attempt);
    return {
      attempt,
      answered: status => entries.push({ at: this.now(), ...request, status }),
    };
  }

  /** The entries of a topic, without so many of the first. */
  since(topic: string, index: number): LogEntry[] {
    return (this.#topics.get(topic) ?? []).slice(index);
  }
}
