import type { BrokerRecord, DriverAdmin } from '../broker/BrokerDriver';
import type { BrokerAdmin } from '../types';
import { deadLetterOf } from './deadLetterOf';
import { toTopicRecord } from './excerpt';
import { tryDelivery, type TrialSurroundings } from './tryDelivery';

/** What people ask of clusters and versions, apart from any queue. */
export function createAdmin(
  driver: DriverAdmin,
  surroundings: TrialSurroundings,
): BrokerAdmin {
  return {
    probe: (...args) => driver.probe(...args),
    topics: (...args) => driver.topics(...args),
    topic: (...args) => driver.topic(...args),
    ensurePositions: (...args) => driver.ensurePositions(...args),
    planMove: (...args) => driver.planMove(...args),
    movePositions: (...args) => driver.movePositions(...args),
    latestPlaces: (...args) => driver.latestPlaces(...args),
    unread: (...args) => driver.unread(...args),
    groupMembers: (...args) => driver.groupMembers(...args),
    async records(access, query, options) {
      const { records } = await driver.read(access, query, options);
      return records.map(toTopicRecord);
    },
    async tryDelivery(access, trial, options) {
      const { topic, partition, offset } = trial;
      const query = { topic, from: { partition, offset }, limit: 1 };
      const { clusterId, records } = await driver.read(access, query, options);
      const [record] = records;
      if (!record || String(record.offset) !== offset) {
        return undefined;
      }
      const { deadLetterOf: groupId } = trial;
      const found =
        groupId === undefined
          ? { original: record, topic }
          : deadLetterOf(record, groupId);
      return (
        found &&
        tryDelivery(surroundings, {
          ...{ ...trial, record: found.original, topic: found.topic },
          ...{ clusterId, signal: options?.signal },
        })
      );
    },
    async deadLetters(access, { topic, groupId, limit }, options) {
      const query = { topic, from: 'latest', limit } as const;
      const { records } = await driver.read(access, query, options);
      return records.flatMap(
        record => deadLetterOf(record, groupId)?.letter ?? [],
      );
    },
    async purgeDeadLetters(access, purge, options) {
      const { topic, groupId, checkOnly } = purge;
      const done = new Map(purge.done.map(({ place, at }) => [place, at]));
      const isDone = (record: BrokerRecord) => {
        const at = done.get(`${record.partition}:${record.offset}`);
        const failedAt = deadLetterOf(record, groupId)?.letter.firstFailedAt;
        return at !== undefined && failedAt !== undefined && failedAt <= at;
      };
      return driver.purge(access, { topic, isDone, checkOnly }, options);
    },
  };
}
