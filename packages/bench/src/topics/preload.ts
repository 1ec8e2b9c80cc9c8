import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTopics } from '@event-flows/testbed';
import type { KeyPattern } from '../scenario';

const run = promisify(execFile);
/** Of a topic, where nothing else is asked for. */
const PARTITIONS = 6;

/** What to fill a topic with. */
export interface Preload {
  topic: string;
  records: number;
  recordBytes: number;
  keys: KeyPattern;
  partitions?: number;
}

/** Creates a topic and fills it (`java/Preload.java`). */
export async function preload(
  brokers: string[],
  { topic, records, recordBytes, keys, partitions = PARTITIONS }: Preload,
  classPath: string,
): Promise<void> {
  await createTopics(brokers, [{ topic, partitions }]);
  await run('java', [
    ...['-Xmx512m', '-cp', classPath, 'Preload', brokers.join(',')],
    ...[topic, partitions, records, recordBytes, keys].map(String),
  ]);
}
