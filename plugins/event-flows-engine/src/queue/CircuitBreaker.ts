import { backoffMs, type BackoffBounds } from './Backoff';

/** Failures in a row that say: it is the endpoint and not a record. */
export const FAILURES_TO_OPEN = 5;
/** Until the next probe: what is misconfigured is mended by a person. */
const PROBE_BACKOFF: Record<OpenCircuit['why'], BackoffBounds> = {
  misconfigured: { firstMs: 2_000, maxMs: 60_000 },
  failing: { firstMs: 500, maxMs: 15_000 },
};

/** Why no request begins. */
export interface OpenCircuit {
  why: 'misconfigured' | 'failing';
  /** In words, from the last failure. */
  reason: string;
}

/** A failed request, as far as it says something of the endpoint. */
export interface Failure {
  reason: string;
  /** False: the record itself may be why it failed. */
  isEndpointsFault: boolean;
  /** Milliseconds that the endpoint asked to be left alone. */
  retryAfterMs?: number;
}

/**
 * Keeps requests away from an endpoint that takes none, and lets one through
 * now and then (the probe), so that all goes on by itself once that is over.
 *
 * Closed, it counts failures in a row. It opens after five that are the
 * endpoint's fault, or that were five different records': a single record that
 * fails again and again uses up its own attempts instead. A misconfigured
 * endpoint opens it at once.
 *
 * Does nothing by itself: whoever owns it asks at {@link probeAtMs} again.
 */
export class CircuitBreaker {
  #open: OpenCircuit | undefined;
  /** Probes that failed since it opened, the failure that opened it included. */
  #failures = 0;
  #probeAtMs: number | undefined;
  #probe: object | undefined;
  #endpointFaults = 0;
  /** Since something was taken; no more than are needed to open. */
  readonly #failed = new Set<object>();

  constructor(private readonly random: () => number) {}

  /** Why no request begins; undefined: they do. */
  get open(): OpenCircuit | undefined {
    return this.#open;
  }

  /** When the next probe may begin; undefined: none is waited for. */
  get probeAtMs(): number | undefined {
    return this.#probeAtMs;
  }

  /** Whether a request may begin now. */
  mayBegin(nowMs: number): boolean {
    return (
      this.#open === undefined ||
      (this.#probeAtMs !== undefined && nowMs >= this.#probeAtMs)
    );
  }

  /** Whether this request tries, for all others, how the endpoint is. */
  isProbe(request: object): boolean {
    return this.#probe === request;
  }

  /** Whether so many different records have failed in a row that it is none of them. */
  get failsWhateverTheRecord(): boolean {
    return this.#failed.size >= FAILURES_TO_OPEN;
  }

  /** Has to be told of each request that begins. */
  begin(request: object): void {
    if (this.#open) {
      this.#probe = request;
      this.#probeAtMs = undefined;
    }
  }

  /** The endpoint answered as it should, whatever it thinks of the record. */
  succeed(request: object): void {
    this.#endpointFaults = 0;
    // Clearing what is empty would cost every record a new table.
    if (this.#failed.size > 0) {
      this.#failed.clear();
    }
    // What began before it opened says nothing of now.
    if (this.#probe === request) {
      this.reset();
    }
  }

  /** The endpoint failed, or the record did. */
  fail(request: object, failure: Failure, nowMs: number): void {
    if (this.#failed.size < FAILURES_TO_OPEN) {
      this.#failed.add(request);
    }
    if (this.#open) {
      this.#failProbe(
        request,
        { ...this.#open, reason: failure.reason },
        nowMs,
        failure.retryAfterMs,
      );
      return;
    }
    this.#endpointFaults += failure.isEndpointsFault ? 1 : 0;
    if (
      this.#endpointFaults >= FAILURES_TO_OPEN ||
      this.failsWhateverTheRecord
    ) {
      this.#openUntilProbe(
        { why: 'failing', reason: failure.reason },
        nowMs,
        failure.retryAfterMs,
      );
    }
  }

  /** The endpoint, or what we know of it, has to be mended. */
  misconfigured(request: object, reason: string, nowMs: number): void {
    const open: OpenCircuit = { why: 'misconfigured', reason };
    if (this.#open) {
      this.#failProbe(request, open, nowMs);
    } else {
      this.#openUntilProbe(open, nowMs);
    }
  }

  /** The probe will not end: what it was for is gone. */
  forget(request: object, nowMs: number): void {
    if (this.#probe === request) {
      this.#probe = undefined;
      this.#probeAtMs = nowMs;
    }
  }

  /** Another endpoint, or another try that somebody asked for. */
  reset(): void {
    this.#open = undefined;
    this.#probe = undefined;
    this.#probeAtMs = undefined;
    this.#failures = 0;
    this.#endpointFaults = 0;
    this.#failed.clear();
  }

  #failProbe(
    request: object,
    open: OpenCircuit,
    nowMs: number,
    retryAfterMs?: number,
  ) {
    if (this.#probe === request) {
      this.#openUntilProbe(open, nowMs, retryAfterMs);
    } else {
      this.#open = open;
    }
  }

  #openUntilProbe(open: OpenCircuit, nowMs: number, retryAfterMs = 0) {
    this.#open = open;
    this.#probe = undefined;
    this.#failures += 1;
    const waitMs = backoffMs(
      this.#failures,
      this.random,
      PROBE_BACKOFF[open.why],
    );
    this.#probeAtMs = nowMs + Math.max(waitMs, retryAfterMs);
  }
}
