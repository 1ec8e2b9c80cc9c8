import type { Connection } from '@event-flows/backstage-plugin-event-flows-common';

/** Whether name, type or a broker of a connection contains the text. */
export function matchesConnection(
  connection: Connection,
  query: string,
): boolean {
  const text = query.trim().toLowerCase();
  return [connection.name, connection.type, ...connection.brokers].some(value =>
    value.toLowerCase().includes(text),
  );
}
