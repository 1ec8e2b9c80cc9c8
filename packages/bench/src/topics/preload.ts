import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTopics } from '@event-flows/testbed';
import type { KeyPattern } from '../scenario';

const run = promisify(execFile);
const PARTITIONS = 6;

/** What to fill a topic with. */
export interface Preload {
  topic: string;
  records: number;
  recordBytes: number;
  keys: KeyPattern;
}

/** Creates a topic and fills it (`java/Preload.java`). */
export async function preload(
  brokers: string[],
  { topic, records, recordBytes, keys }: Preload,
  classPath: string,
): Promise<void> {
  await createTopics(brokers, [{ topic, partitions: PARTITIONS }]);
  await run('java', [
    ...['-Xmx512m', '-cp', classPath, 'Preload', brokers.join(',')],
    ...[topic, PARTITIONS, records, recordBytes, keys].map(String),
  ]);
}
