import type { EndpointResponse, Outcome } from '../delivery/outcome';
import type { QueueItem } from '../queue/QueueItem';
import type { Receipt } from '../types';
import { latencyAt } from './latencies';
import { Observations } from './Observations';

const START = Date.parse('2026-11-26T12:00:00Z');

describe('AttemptLog', () => {
  let nowMs: number;
  let observations: Observations;

  beforeEach(() => {
    nowMs = START;
    observations = new Observations(() => nowMs);
  });

  function itemAt(offset: number): QueueItem {
    const key = Buffer.from(`order-${offset}`);
    // Only what a log looks at.
    const record = { partition: 1, offset: BigInt(offset), timestamp: 5, key };
    return { record, attempts: 0, receipt: 'none' } as unknown as QueueItem;
  }

  function attempt(
    queueId: string,
    item: QueueItem,
    outcome: Outcome,
    options: { latencyMs?: number; isShown?: boolean; body?: string } = {},
  ) {
    const { latencyMs = 7, isShown = true, body = '' } = options;
    const log = observations.of(queueId);
    item.beganAtMs = nowMs;
    item.receipt = 'none';
    if (isShown) {
      item.receipt = log.admits(item, nowMs) ? 'wanted' : 'if it fails';
    }
    nowMs += latencyMs;
    item.latencyMs = latencyMs;
    const response: EndpointResponse = {
      ...{ status: outcome.kind === 'delivered' ? 200 : 502 },
      ...{ body: Buffer.from(body), size: 9_000, truncated: false },
    };
    const destination = {
      versionRef: 'component:default/v1',
      address: { origin: 'https://x.example.com', path: '/' },
      credentials: {},
    };
    log.ended({ item, outcome, destination, response, nowMs });
    if (outcome.kind === 'transient') {
      item.attempts += 1;
      item.firstFailedAtMs ??= nowMs;
    }
  }

  const delivered: Outcome = { kind: 'delivered' };
  const failed: Outcome = {
    ...{ kind: 'transient', reason: '502 from x', fault: 'endpoint' },
  };

  it('tells the story of a record', () => {
    const item = itemAt(3);
    attempt('q', item, failed, { body: 'x'.repeat(2_000) });
    nowMs += 500;
    attempt('q', item, delivered, { latencyMs: 12, body: 'fine' });
    const [{ receipts, attempts }] = observations.take();
    const record = {
      ...{ partition: 1, offset: '3', timestamp: 5 },
      key: { bytes: Uint8Array.from(Buffer.from('order-3')), size: 7 },
      versionRef: 'component:default/v1',
    };
    expect(receipts).toEqual([
      {
        ...record,
        ...{ at: '2026-11-26T12:00:00.000Z', attempt: 1, latencyMs: 7 },
        ...{ outcome: 'retried', reason: '502 from x', status: 502 },
        answer: { bytes: new Uint8Array(512).fill(120), size: 9_000 },
      },
      {
        ...record,
        ...{ at: '2026-11-26T12:00:00.507Z', attempt: 2, latencyMs: 12 },
        ...{ outcome: 'delivered', status: 200 },
        answer: { bytes: Uint8Array.from(Buffer.from('fine')), size: 9_000 },
      },
    ]);
    expect(attempts.failed).toBe(1);
    expect(latencyAt(attempts.latencies, 1)).toBeCloseTo(12, -1);
  });

  it('says how records were done without having been delivered', () => {
    const item = itemAt(4);
    attempt('q', item, failed);
    const failure = { class: 'exhausted', reason: 'after 1 attempt' } as const;
    item.failure = { ...failure, versionRef: 'component:default/v1' };
    observations.of('q').done(item, 'deadLettered', nowMs);
    observations.of('q').done(itemAt(5), 'skipped', nowMs);
    const [{ receipts }] = observations.take();
    expect(receipts.slice(1)).toMatchObject([
      { offset: '4', outcome: 'dead-lettered', reason: 'after 1 attempt' },
      { offset: '5', outcome: 'skipped' },
    ]);
  });

  it('tells each thing once, and nothing where nothing was', () => {
    attempt('q', itemAt(0), delivered);
    expect(observations.take()).toHaveLength(1);
    expect(observations.take()).toEqual([]);
  });

  it('counts all, and shows a sample of what is fast', () => {
    for (let offset = 0; offset < 3_000; offset += 1) {
      attempt('q', itemAt(offset), delivered, { latencyMs: 1 });
    }
    const [{ receipts, attempts }] = observations.take();
    // Fifty at once, and five a second.
    expect(receipts.length).toBeGreaterThanOrEqual(60);
    expect(receipts.length).toBeLessThanOrEqual(66);
    expect(attempts.latencies.reduce((sum, n) => sum + n, 0)).toBe(3_000);
  });

  it('shows failures also where many records go well', () => {
    for (let offset = 0; offset < 500; offset += 1) {
      const outcome = offset === 400 ? failed : delivered;
      attempt('q', itemAt(offset), outcome, { latencyMs: 1 });
    }
    const [{ receipts }] = observations.take();
    expect(receipts.find(({ offset }) => offset === '400')).toMatchObject({
      outcome: 'retried',
    });
  });

  describe('what came of a record that was shown as failed', () => {
    const shownOf = (offset: number, receipts: readonly Receipt[]) =>
      receipts
        .filter(receipt => receipt.offset === `${offset}`)
        .map(({ outcome }) => outcome);
    /** More than there are receipts for. */
    const failOthers = () => {
      for (let offset = 1_000; offset < 1_500; offset += 1) {
        attempt('q', itemAt(offset), failed, { latencyMs: 0 });
      }
    };

    it('is shown, however much else has failed', () => {
      const item = itemAt(0);
      attempt('q', item, failed);
      failOthers();
      attempt('q', item, delivered, { body: 'fine' });
      const [{ receipts }] = observations.take();
      expect(shownOf(0, receipts)).toEqual(['retried', 'delivered']);
      expect(receipts.at(-1)?.answer?.size).toBe(9_000);
      expect(shownOf(1_499, receipts)).toEqual([]);
    });

    it.each([
      ['deadLettered', 'dead-lettered'],
      ['skipped', 'skipped'],
    ] as const)('is shown also where it was %s', (by, outcome) => {
      const item = itemAt(0);
      attempt('q', item, failed);
      failOthers();
      observations.of('q').done(item, by, nowMs);
      const [{ receipts }] = observations.take();
      expect(shownOf(0, receipts)).toEqual(['retried', outcome]);
    });

    it('is one receipt more, and not one for each attempt', () => {
      const items = Array.from({ length: 500 }, (_, offset) => itemAt(offset));
      for (let round = 0; round < 10; round += 1) {
        items.forEach(item => attempt('q', item, failed, { latencyMs: 0 }));
      }
      const [{ receipts: failures }] = observations.take();
      expect(failures.length).toBeLessThanOrEqual(100);
      items.forEach(item => attempt('q', item, delivered, { latencyMs: 0 }));
      const [{ receipts }] = observations.take();
      const shown = new Set(failures.map(({ offset }) => offset));
      expect(new Set(receipts.map(({ offset }) => offset))).toEqual(shown);
      expect(receipts).toHaveLength(shown.size);
    });
  });

  it('is bounded over all queues, and while nobody asks', () => {
    for (let round = 0; round < 100; round += 1) {
      for (let queue = 0; queue < 40; queue += 1) {
        attempt(`q${queue}`, itemAt(round), delivered, { latencyMs: 0 });
        attempt(`q${queue}`, itemAt(round), failed, { latencyMs: 0 });
      }
    }
    const count = () =>
      observations.take().reduce((sum, { receipts: r }) => sum + r.length, 0);
    expect(count()).toBe(1_000);
    for (let second = 0; second < 100; second += 1) {
      nowMs += 1_000;
      for (let i = 0; i < 5; i += 1) {
        attempt('q', itemAt(i), delivered, { latencyMs: 0 });
      }
    }
    expect(count()).toBe(200);
  });

  it('makes no receipts where they are not wanted', () => {
    attempt('q', itemAt(0), delivered, { isShown: false });
    attempt('q', itemAt(1), failed, { isShown: false });
    const [{ receipts, attempts }] = observations.take();
    expect(receipts).toEqual([]);
    expect(attempts.failed).toBe(1);
  });

  it('goes with its queue, when all is told', () => {
    const before = observations.of('q');
    attempt('q', itemAt(0), delivered);
    observations.over('q');
    expect(observations.take()).toHaveLength(1);
    expect(observations.of('q')).not.toBe(before);
  });

  it('stays with a queue that runs again', () => {
    const log = observations.of('q');
    observations.over('q');
    expect(observations.of('q')).toBe(log);
    observations.take();
    expect(observations.of('q')).toBe(log);
  });
});
