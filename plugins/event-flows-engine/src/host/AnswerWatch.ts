/** Seconds without an answer after which that has to be said. */
export const SILENT_AFTER_S = 5;

/** Seconds without an answer after which none will ever come. */
export const HUNG_AFTER_S = 30;

/** An answer, and what comes instead if it takes too long. */
export interface OwedAnswer<T> {
  answer: Promise<T>;
  /** Resolves when the answer is owed for {@link SILENT_AFTER_S}. */
  silence: Promise<undefined>;
}

interface Debt {
  seconds: number;
  onSilence: () => void;
}

/**
 * Counts the seconds that answers are owed. Only seconds that this thread has
 * seen pass count: after the whole process was suspended, the one that owes
 * them gets its time anew.
 */
export class AnswerWatch {
  readonly #debts = new Set<Debt>();

  /** Whether one of the answers is owed for so long that none will ever come. */
  get isHung(): boolean {
    return [...this.#debts].some(({ seconds }) => seconds >= HUNG_AFTER_S);
  }

  /** Watches an answer from now until it has come. */
  owe<T>(answer: Promise<T>): OwedAnswer<T> {
    const debt: Debt = { seconds: 0, onSilence: () => {} };
    const silence = new Promise<undefined>(resolve => {
      debt.onSilence = () => resolve(undefined);
    });
    this.#debts.add(debt);
    const settle = () => this.#debts.delete(debt);
    // Whoever wants the answer is told of its failure.
    answer.then(settle, settle);
    return { answer, silence };
  }

  /** A second has passed. */
  tick(): void {
    for (const debt of this.#debts) {
      debt.seconds += 1;
      if (debt.seconds === SILENT_AFTER_S) {
        debt.onSilence();
      }
    }
  }
}
