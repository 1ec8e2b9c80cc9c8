import { DateTime, Duration } from 'luxon';

const UNITS = [
  ['days', 'day', 'days'],
  ['hours', 'hour', 'hours'],
  ['minutes', 'min', 'min'],
  ['seconds', 's', 's'],
] as const;

/** How long ago a point in time is, like `5 minutes ago`. */
export function formatRelative(iso: string, now: number): string {
  const time = DateTime.fromISO(iso);
  if (!time.isValid) {
    return iso;
  }
  // A clock that is a little ahead of this one is no reason to say "in 1 second".
  if (time.toMillis() > now - 2_000) {
    return 'just now';
  }
  return (
    time.toRelative({ base: DateTime.fromMillis(now), locale: 'en' }) ?? iso
  );
}

/** The exact time, as people write it, with the time zone. */
export function formatExact(iso: string): string {
  const time = DateTime.fromISO(iso);
  return time.isValid
    ? time.setLocale('en').toFormat('d LLL yyyy, HH:mm:ss ZZZZ')
    : iso;
}

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** A moment to come: `Fri 14:00`, with the date where it is further away. */
export function formatMoment(iso: string, now: number): string {
  const time = DateTime.fromISO(iso).setLocale('en');
  // Not the whole week, after which the name of the day is today's again.
  const isNear = time.toMillis() - now < WEEK_MS - 24 * 60 * 60_000;
  return time.toFormat(isNear ? 'ccc HH:mm' : 'ccc d LLL yyyy, HH:mm');
}

/** How long something has lasted, in its largest unit: `5 min`, `2 days`. */
export function formatSince(iso: string, now: number): string {
  return formatDuration(Math.max(0, now - DateTime.fromISO(iso).toMillis()));
}

/** A duration in its largest whole unit, like `7 days`. */
export function formatDuration(milliseconds: number): string {
  const duration = Duration.fromMillis(milliseconds);
  for (const [unit, one, many] of UNITS) {
    const value = Math.floor(duration.as(unit));
    if (value >= 1) {
      return `${value} ${value === 1 ? one : many}`;
    }
  }
  return 'less than a second';
}
