/** Answers one event; keeps whatever it has to remember between events. */
export type Algorithm = (event: unknown) => object;

/** The event is not one that the algorithm understands; no retry will change that. */
export class InvalidEventError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidEventError';
  }
}

/** The value at a field, which must be a text that is not empty. */
export function requireText(event: unknown, field: string): string {
  const value = fieldOf(event, field);
  if (typeof value !== 'string' || value.trim() === '') {
    throw new InvalidEventError(`"${field}" must be a text that is not empty`);
  }
  return value;
}

/** The value at a field, which must be a finite number. */
export function requireNumber(event: unknown, field: string): number {
  const value = fieldOf(event, field);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new InvalidEventError(`"${field}" must be a number`);
  }
  return value;
}

/** The value at a field, which must be a time as ISO 8601 has it; in milliseconds since the epoch. */
export function requireTime(event: unknown, field: string): number {
  const time = Date.parse(requireText(event, field));
  if (Number.isNaN(time)) {
    throw new InvalidEventError(`"${field}" must be a time in ISO 8601`);
  }
  return time;
}

/** The value at a field, whatever it is; undefined: there is none. */
export function fieldOf(event: unknown, field: string): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new InvalidEventError('The event must be a JSON object');
  }
  return Object.hasOwn(event, field)
    ? (event as Record<string, unknown>)[field]
    : undefined;
}
