/**
 * The consumer group of a queue: its replicas share the topic's partitions.
 *
 * @public
 */
export function groupIdOf(queueId: string): string {
  return `event-flows.${queueId}`;
}
