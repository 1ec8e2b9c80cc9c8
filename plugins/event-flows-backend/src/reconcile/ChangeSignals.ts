import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { SignalsService } from '@backstage/plugin-signals-node';
import { EVENT_FLOWS_SIGNALS_CHANNEL } from '@event-flows/backstage-plugin-event-flows-common';

/** Milliseconds between two signals: open pages ask anew after each. */
const PACE_MS = 1_000;

/**
 * Tells open pages that something about queues has changed. A signal holds
 * nothing of it, so that it can go to everybody; where a portal has no signals,
 * pages ask every few seconds anyway.
 */
export class ChangeSignals {
  readonly #signals: SignalsService;
  readonly #logger: LoggerService;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(options: { signals: SignalsService; logger: LoggerService }) {
    this.#signals = options.signals;
    this.#logger = options.logger;
  }

  /** At once, unless that was done a moment ago: then after that moment. */
  announce(): void {
    if (this.#timer) {
      this.#isDue = true;
      return;
    }
    this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isDue) {
        this.#isDue = false;
        this.announce();
      }
    }, PACE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #send() {
    this.#signals
      .publish({
        recipients: { type: 'broadcast' },
        channel: EVENT_FLOWS_SIGNALS_CHANNEL,
        message: { kind: 'changed' },
      })
      .catch((error: unknown) =>
        this.#logger.warn(
          `Open pages could not be told of a change: ${stringifyError(error)}`,
        ),
      );
  }
}
