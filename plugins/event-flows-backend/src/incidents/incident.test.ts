import type {
  PauseClock,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import fc from 'fast-check';
import {
  CONFIRM_MS,
  stepIncident,
  troubleOf,
  type Incident,
  type IncidentKind,
} from './incident';

const KINDS: IncidentKind[] = [
  'blocked',
  'paused',
  'failed',
  'stalled',
  'behind',
  'expiring',
];
const status = {
  ...{ phase: 'running' as const, lag: 0, deliveredPerSecond: 0, replicas: 1 },
  counters: { read: 0, delivered: 0, deadLettered: 0, skipped: 0, inFlight: 0 },
};
const settings = {
  ...{ startFrom: 'latest' as const, ordering: 'partition' as const },
  ...{ concurrency: 1, timeoutMs: 1000, maxAttempts: 1 },
};

/** Looks at a queue again and again; what its owner is told, with the time. */
function watch(
  looks: Array<{ trouble?: IncidentKind | 'unknown'; forMs: number }>,
) {
  const told: string[] = [];
  let incident: Incident | undefined;
  let nowMs = 0;
  for (const { trouble, forMs } of looks) {
    for (const end = nowMs + forMs; nowMs < end; nowMs += 5_000) {
      const { next, tell } = stepIncident(incident, trouble, nowMs);
      incident = next;
      if (tell) {
        told.push(`${nowMs / 1000} s: ${tell}`);
      }
    }
  }
  return told;
}

describe('an incident', () => {
  it('is told once when it has lasted, and so is its end', () => {
    expect(
      watch([
        { forMs: 10_000 },
        { trouble: 'blocked', forMs: 300_000 },
        { forMs: 300_000 },
      ]),
    ).toEqual(['30 s: blocked', '330 s: recovered']);
  });

  it('is not told where it passes by itself', () => {
    expect(
      watch([
        { trouble: 'failed', forMs: CONFIRM_MS },
        { forMs: 5_000 },
        { trouble: 'failed', forMs: CONFIRM_MS },
        { forMs: 60_000 },
      ]),
    ).toEqual([]);
  });

  it('goes on where it is over for a moment only', () => {
    expect(
      watch([
        { trouble: 'paused', forMs: 60_000 },
        { forMs: CONFIRM_MS },
        { trouble: 'paused', forMs: 60_000 },
        { forMs: 60_000 },
      ]),
    ).toEqual(['20 s: paused', '160 s: recovered']);
  });

  it('is not said to be over while it is only tried again', () => {
    expect(
      watch([
        { trouble: 'blocked', forMs: 60_000 },
        { trouble: 'unknown', forMs: 300_000 },
        { trouble: 'blocked', forMs: 60_000 },
        { forMs: CONFIRM_MS },
        { trouble: 'unknown', forMs: 60_000 },
        { forMs: 60_000 },
      ]),
    ).toEqual(['20 s: blocked', '520 s: recovered']);
    expect(watch([{ trouble: 'unknown', forMs: 300_000 }])).toEqual([]);
  });

  it('is no news while it delivers nothing for another reason than was told', () => {
    expect(
      watch([
        { trouble: 'paused', forMs: 60_000 },
        { trouble: 'stalled', forMs: 300_000 },
        { trouble: 'paused', forMs: 60_000 },
        { forMs: 60_000 },
      ]),
    ).toEqual(['20 s: paused', '440 s: recovered']);
    expect(
      watch([
        { trouble: 'stalled', forMs: 60_000 },
        { trouble: 'paused', forMs: 60_000 },
        { trouble: 'stalled', forMs: 60_000 },
        { forMs: 60_000 },
      ]),
    ).toEqual(['20 s: stalled', '80 s: paused', '200 s: recovered']);
  });

  it('is told anew where it becomes another', () => {
    expect(
      watch([
        { trouble: 'behind', forMs: 60_000 },
        { trouble: 'blocked', forMs: 60_000 },
        { forMs: 60_000 },
      ]),
    ).toEqual(['20 s: behind', '80 s: blocked', '140 s: recovered']);
  });

  it('never ends untold, and is never told twice in a row', () => {
    const look = fc.record({
      trouble: fc.option(fc.constantFrom(...KINDS, 'unknown' as const), {
        nil: undefined,
      }),
      forMs: fc.integer({ min: 1, max: 12 }).map(looks => looks * 5_000),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 30 }), looks => {
        const told = watch([...looks, { forMs: 60_000 }]).map(text =>
          text.replace(/^.*: /, ''),
        );
        told.forEach((what, index) =>
          expect(what).not.toBe(
            told.at(index - 1 < 0 ? told.length : index - 1),
          ),
        );
        expect([undefined, 'recovered']).toContain(told.at(-1));
        expect(told[0]).not.toBe('recovered');
      }),
    );
  });
});

describe('the trouble of a queue', () => {
  const enabled = { state: 'enabled' as const, settings };
  const trouble = (
    queue: Parameters<typeof troubleOf>[0],
    seen: QueueStatus,
    clock?: PauseClock,
  ) => troubleOf(queue, seen, clock, Date.parse('2026-11-26T12:00:00.000Z'));

  it.each(['blocked', 'paused', 'failed'] as const)(
    'is that it is %s',
    phase => {
      expect(trouble(enabled, { ...status, phase })).toBe(phase);
      expect(
        trouble({ ...enabled, state: 'disabled' }, { ...status, phase }),
      ).toBe(undefined);
    },
  );

  it('is not known while it tries again by itself, starts, or waits for approval', () => {
    const tried = (['retrying', 'starting'] as const).map(phase =>
      trouble(enabled, { ...status, phase }),
    );
    expect(tried).toEqual(['unknown', 'unknown']);
    const waitsFor = { kind: 'access' as const, since: '' };
    expect(trouble(enabled, { ...status, phase: 'paused', waitsFor })).toBe(
      'unknown',
    );
  });

  it('is that it has delivered nothing for long, until it does', () => {
    const stalledSince = '2026-11-26T11:00:00.000Z';
    const kinds = (['retrying', 'starting', 'running', 'paused'] as const).map(
      phase => trouble(enabled, { ...status, phase, lag: 9, stalledSince }),
    );
    expect(kinds).toEqual(['stalled', 'stalled', 'unknown', 'paused']);
    const behind = { ...enabled, settings: { ...settings, lagAlert: 1 } };
    expect(trouble(behind, { ...status, lag: 9, stalledSince })).toBe(
      'unknown',
    );
  });

  it('is that so many records wait, where somebody wants to know', () => {
    const lag = { ...status, lag: 1000 };
    expect(trouble(enabled, lag)).toBe(undefined);
    const alert = (lagAlert: number) =>
      trouble({ ...enabled, settings: { ...settings, lagAlert } }, lag);
    expect(alert(1000)).toBe('behind');
    expect(alert(1001)).toBe(undefined);
  });

  it('is that a record waits that is older than somebody wants', () => {
    const oldestWaitingAt = '2026-11-26T11:00:00.000Z';
    const alert = (ageAlertMs: number, seen = {}) =>
      trouble(
        { ...enabled, settings: { ...settings, ageAlertMs } },
        { ...status, lag: 1, ...seen },
      );
    expect(alert(3_600_000, { oldestWaitingAt })).toBe('behind');
    expect(alert(3_600_001, { oldestWaitingAt })).toBe(undefined);
    // None waits, or it has no timestamp.
    expect(alert(60_000)).toBe(undefined);
    // By the clock of its producer it was not written yet.
    const later = { oldestWaitingAt: '2026-11-26T13:00:00.000Z' };
    expect(alert(60_000, later)).toBe(undefined);
  });

  it('is that records get lost, before anything else, and where it is disabled', () => {
    const clock = {
      ...{ deletedFrom: '2026-11-27T11:00:00.000Z', retentionMs: 1_000 },
      ...{ deleted: 0, isSizeLimited: false },
    };
    const paused = { ...status, phase: 'paused' as const };
    expect(trouble(enabled, paused, clock)).toBe('expiring');
    const disabled = { ...enabled, state: 'disabled' as const };
    const stopped = { ...status, phase: 'stopped' as const };
    expect(trouble(disabled, stopped, clock)).toBe('expiring');
    const later = { ...clock, deletedFrom: '2026-11-28T12:00:00.000Z' };
    expect(trouble(enabled, paused, later)).toBe('paused');
    expect(trouble(disabled, stopped, later)).toBe(undefined);
  });
});
