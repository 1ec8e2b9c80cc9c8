/** What a client is told on its command line. */
export interface ClientTask {
  brokers: string[];
  topic: string;
  groupId: string;
  endpoint: string;
  /** Requests at once. */
  concurrency: number;
}

/** The order of the arguments is the same for the clients in Java. */
export function toArguments(task: ClientTask): string[] {
  return [
    task.brokers.join(','),
    task.topic,
    task.groupId,
    task.endpoint,
    String(task.concurrency),
  ];
}

/** Reads what {@link toArguments} wrote. */
export function readTask(args: string[]): ClientTask {
  const [brokers, topic, groupId, endpoint, concurrency] = args;
  return {
    brokers: brokers.split(','),
    topic,
    groupId,
    endpoint,
    concurrency: Number(concurrency),
  };
}
