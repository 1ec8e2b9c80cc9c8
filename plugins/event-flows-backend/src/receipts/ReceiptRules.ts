import type { EventFlowsConfig } from '../config';

/** Which topics have receipts, as the operator configured it. */
export class ReceiptRules {
  readonly #excluded: RegExp[];

  constructor(readonly config: EventFlowsConfig['receipts']) {
    this.#excluded = config.excludeTopics.map(toPattern);
  }

  /** Whether receipts are made of the records of a topic, and shown. */
  hasReceipts(topic: string): boolean {
    return (
      this.config.enabled &&
      !this.#excluded.some(pattern => pattern.test(topic))
    );
  }
}

/** Stars stand for any characters. */
function toPattern(text: string): RegExp {
  const parts = text
    .split('*')
    .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`);
}
