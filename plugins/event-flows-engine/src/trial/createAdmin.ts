import type { BrokerDriver, BrokerRecord } from '../broker/BrokerDriver';
import { AnswerWriter } from '../delivery/AnswerWriter';
import { Answers } from '../queue/Answers';
import type {
  AdminCallOptions,
  BrokerAccess,
  BrokerAdmin,
  RecordPlace,
} from '../types';
import { deadLetterOf } from './deadLetterOf';
import { toTopicRecord } from './excerpt';
import { markedBy } from './marks';
import { tryDelivery, type TrialSurroundings } from './tryDelivery';

/** What people ask of clusters and versions, apart from any queue. */
export function createAdmin(
  driver: Pick<BrokerDriver, 'admin' | 'producer'>,
  surroundings: TrialSurroundings,
): BrokerAdmin {
  const { admin } = driver;
  /** Without a record where the topic does not have it. */
  const readOne = async (
    access: BrokerAccess,
    { topic, partition, offset }: RecordPlace & { topic: string },
    options?: AdminCallOptions,
  ) => {
    const query = { topic, from: { partition, offset }, limit: 1 };
    const { clusterId, records } = await admin.read(access, query, options);
    const record = records.find(found => String(found.offset) === offset);
    return { clusterId, record };
  };
  return {
    probe: (...args) => admin.probe(...args),
    topics: (...args) => admin.topics(...args),
    topic: (...args) => admin.topic(...args),
    ensurePositions: (...args) => admin.ensurePositions(...args),
    planMove: (...args) => admin.planMove(...args),
    movePositions: (...args) => admin.movePositions(...args),
    latestPlaces: (...args) => admin.latestPlaces(...args),
    unread: (...args) => admin.unread(...args),
    groupMembers: (...args) => admin.groupMembers(...args),
    async records(access, query, options) {
      const { records } = await admin.read(access, query, options);
      return records.map(toTopicRecord);
    },
    async tryDelivery(access, trial, options) {
      const { topic, deadLetter, output } = trial;
      const { clusterId, record } = await readOne(access, trial, options);
      const found = record && sentAs(record, topic, deadLetter);
      if (!found) {
        return undefined;
      }
      const writer = new AnswerWriter(
        { topic: found.topic, algorithmRef: output?.publisher ?? '' },
        () => driver.producer(access),
      );
      try {
        return await tryDelivery(surroundings, {
          ...{ ...trial, record: found.original, topic: found.topic },
          ...{ clusterId, signal: options?.signal },
          output: output && {
            answers: new Answers(output.topic, writer),
            isPublished: output.publisher !== undefined,
          },
        });
      } finally {
        await writer.close();
      }
    },
    async deadLetters(access, query, options) {
      const { topic, groupId, limit, before, reason = '', done = [] } = query;
      const isDone = markedBy(done);
      const text = reason.toLowerCase();
      const { found, ...rest } = await admin.search(
        access,
        {
          ...{ topic, limit, before },
          pick: record => {
            const letter = deadLetterOf(record, groupId)?.letter;
            return letter &&
              !isDone(letter) &&
              letter.reason.toLowerCase().includes(text)
              ? letter
              : undefined;
          },
        },
        options,
      );
      return {
        letters: found,
        ...(rest.before.length > 0 && {
          older: { before: rest.before, records: rest.left },
        }),
      };
    },
    async deadLetter(access, query, options) {
      const { record } = await readOne(access, query, options);
      return record && deadLetterOf(record, query.groupId)?.letter;
    },
    async purgeDeadLetters(access, purge, options) {
      const { topic, groupId, checkOnly } = purge;
      const isMarked = markedBy(purge.done);
      const isDone = (record: BrokerRecord) => {
        const letter = deadLetterOf(record, groupId)?.letter;
        return letter !== undefined && isMarked(letter);
      };
      return admin.purge(access, { topic, isDone, checkOnly }, options);
    },
  };
}

/** What is sent of a record; undefined: it is not the dead letter that is meant. */
function sentAs(
  record: BrokerRecord,
  topic: string,
  deadLetter: { groupId: string; id: string } | undefined,
): { original: BrokerRecord; topic: string } | undefined {
  if (!deadLetter) {
    return { original: record, topic };
  }
  const found = deadLetterOf(record, deadLetter.groupId);
  return found?.letter.id === deadLetter.id ? found : undefined;
}
