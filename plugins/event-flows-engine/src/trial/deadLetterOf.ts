import { createHash } from 'node:crypto';
import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerRecord } from '../broker/BrokerDriver';
import { DEAD_LETTER_PREFIX } from '../delivery/DeadLetterWriter';
import { MAX_REASON_LENGTH } from '../queue/words';
import type { DeadLetter } from '../types';
import { toTopicRecord } from './excerpt';

/** A record of a dead-letter topic, and what it was before. */
export interface FoundDeadLetter {
  /** As it lay in its topic. */
  original: BrokerRecord;
  /** Where that was. */
  topic: string;
  letter: DeadLetter;
}

/** Undefined: it is none of this group, or nothing that the engine wrote. */
export function deadLetterOf(
  record: BrokerRecord,
  groupId: string,
): FoundDeadLetter | undefined {
  const story = new Map(
    record.headers
      .filter(([name]) => name.startsWith(DEAD_LETTER_PREFIX))
      .map(([name, value]) => [
        name.slice(DEAD_LETTER_PREFIX.length),
        value.toString('utf8'),
      ]),
  );
  const partition = wholeNumber(story.get('partition'));
  const offset = wholeNumber(story.get('offset'));
  const topic = story.get('topic');
  if (
    story.get('group') !== groupId ||
    partition === undefined ||
    offset === undefined ||
    !topic
  ) {
    return undefined;
  }
  const original: BrokerRecord = {
    ...record,
    partition: Number(partition),
    offset,
    headers: record.headers.filter(
      ([name]) => !name.startsWith(DEAD_LETTER_PREFIX),
    ),
  };
  const status = wholeNumber(story.get('status'));
  return {
    original,
    topic,
    letter: {
      id: idOf(story),
      ...{ partition: record.partition, offset: String(record.offset) },
      record: toTopicRecord(original),
      versionRef: textOf(story.get('version')),
      ...(status !== undefined && { status: Number(status) }),
      class: textOf(story.get('class')),
      reason: textOf(story.get('message')),
      attempts: Number(wholeNumber(story.get('attempts')) ?? 0n),
      ...timeOf(story.get('first_failed_at')),
    },
  };
}

/** The same for the same failure of the same record, whatever wrote it down. */
function idOf(story: ReadonlyMap<string, string>): string {
  const parts = ['topic', 'partition', 'offset', 'first_failed_at'];
  return createHash('sha256')
    .update(JSON.stringify(parts.map(name => story.get(name) ?? '')))
    .digest('base64url');
}

/** Anybody who may write to the topic can have written it. */
function textOf(text = ''): string {
  return visibleLine(text, MAX_REASON_LENGTH);
}

function wholeNumber(text = ''): bigint | undefined {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}

function timeOf(text = ''): { firstFailedAt?: string } {
  const time = new Date(text);
  return Number.isNaN(time.getTime())
    ? {}
    : { firstFailedAt: time.toISOString() };
}
