/**
 * A resolver whose answers change from one question to the next, as those of a
 * domain in the wrong hands do. It is given to whoever resolves names, and is no
 * server: Node asks the system, and which servers that asks is a setting of the
 * machine, not of a process.
 */
export class RebindingResolver {
  readonly #questions = new Map<string, number>();

  /** @param answers - of each name, one after the other; the last one stays. */
  constructor(
    private readonly answers: Readonly<Record<string, readonly string[][]>>,
  ) {}

  /** As `dns.lookup` of `node:dns/promises` answers with `all`. */
  readonly resolve = async (name: string): Promise<{ address: string }[]> => {
    const answers = this.answers[name];
    if (!answers) {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
        code: 'ENOTFOUND',
      });
    }
    const count = this.questions(name);
    this.#questions.set(name, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)];
    return answer.map(address => ({ address }));
  };

  /** How often a name has been asked for. */
  questions(name: string): number {
    return this.#questions.get(name) ?? 0;
  }
}
