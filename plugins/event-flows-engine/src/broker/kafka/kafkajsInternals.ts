import {
  PartitionAssigners,
  type PartitionAssigner,
  type IHeaders,
} from 'kafkajs';
import { version } from 'kafkajs/package.json';
import BrokerPool from 'kafkajs/src/cluster/brokerPool';
import type Batch from 'kafkajs/src/consumer/batch';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import Decoder from 'kafkajs/src/protocol/decoder';
import answerV10 from 'kafkajs/src/protocol/requests/fetch/v10/response';
import answerV11 from 'kafkajs/src/protocol/requests/fetch/v11/response';
import answerV4 from 'kafkajs/src/protocol/requests/fetch/v4/response';
import answerV5 from 'kafkajs/src/protocol/requests/fetch/v5/response';
import answerV6 from 'kafkajs/src/protocol/requests/fetch/v6/response';
import answerV7 from 'kafkajs/src/protocol/requests/fetch/v7/response';
import answerV8 from 'kafkajs/src/protocol/requests/fetch/v8/response';
import answerV9 from 'kafkajs/src/protocol/requests/fetch/v9/response';
import { Turns } from '../Turns';
import { decodeFetchAnswer } from './fetchAnswers';

/**
 * The one file that changes kafkajs, for what it cannot be told from
 * outside:
 *
 * 1. Headers are decoded in linear time. kafkajs copies an object for each
 *    header of a record: 20,000 of them block the thread for over a minute,
 *    and names like `constructor` or `__proto__` come out wrong.
 * 2. A member is asked before it joins anew, so that it can finish what is
 *    under way: whoever gets the partition then repeats nothing.
 * 3. A member learns the committed positions of its partitions, and what was
 *    committed beside them, before the first record comes.
 * 4. A committed position that the topic does not have (any more) is told.
 *    kafkajs would commit another one in silence.
 * 5. How long a read waits for records, and how much it may bring, can change:
 *    a thousand queues without records would otherwise ask two thousand times
 *    a second, and as many with records would fill the memory. Where every
 *    partition is paused kafkajs would sleep, also when one is resumed.
 * 6. Which partitions are read is told: kafkajs can hold one and not read it,
 *    and takes a read that failed for one that brought nothing.
 * 7. What was read before a rebalance is dropped, and a join that failed
 *    half-way is made up for before anything is read. kafkajs takes the one
 *    for what comes next, and goes on after the other as if it had joined.
 * 8. Requests that wait are looked for when there are some, or when a broker has
 *    asked for a pause. kafkajs also sets a timer for a time long past after
 *    each request, of which Node warns in the operator's log.
 * 9. The compressed batches of one answer may grow together so far and no
 *    further, and may have any number of records: kafkajs decodes all of them
 *    before it hands one over, and cannot copy a list of some 100,000. The
 *    partitions of a read take turns in coming first, as what has not grown
 *    comes with the next one.
 * 10. What of a read is of aborted transactions is told from the rest as brokers
 *    list them, and a read that shows nothing is told, too: kafkajs goes on
 *    behind it in silence, and lag, age and position would stay where they were.
 * 11. Where the first address that a client was given takes connections and
 *    answers nothing, the next one is tried, as where nobody listens: there may be
 *    something before a broker that is away. kafkajs tries the same one again.
 * 12. A commit that is tried again after a rebalance is given up. kafkajs would
 *    send it as one of the new assignment, for partitions that others may have
 *    and have moved on.
 *
 * A package manager's patch would not travel with a published package.
 */
const WRITTEN_FOR = '2.2.4';

/** A position as the group's coordinator keeps it. */
export interface CommittedPosition {
  partition: number;
  /** Negative: there is none. */
  offset: bigint;
  /** What was committed beside it. */
  metadata: string;
}

/** What a read that is about to begin may take. */
export interface ReadLimits {
  /** Milliseconds that it may wait at the broker. */
  maxWaitMs: number;
  maxBytesPerPartition: number;
}

/** Of control records, or of what was aborted or compacted away. */
export type EmptyBatch = Pick<
  Batch,
  'partition' | 'fetchedOffset' | 'highWatermark' | 'messages' | 'lastOffset'
>;

/** What a member of a group is told from inside kafkajs. */
export interface MembershipHooks {
  /** The member is about to join anew and is kept alive until this settles. */
  beforeJoin(): Promise<void>;
  /** The member has joined and holds these partitions; no record comes before this returns. */
  afterJoin(committed: CommittedPosition[]): void;
  /** A read begins when this settles. */
  beforeRead(): Promise<ReadLimits>;
  /** A read has succeeded that looked at these partitions, or would have, were they not paused. */
  afterRead(partitions: readonly number[]): void;
  /** A read went on through a partition, and found no record that is shown. */
  afterEmptyRead(batch: EmptyBatch): void;
  /** The partition is paused: its committed position is not in the topic. */
  onOffsetOutOfRange(partition: number): void;
}

const hooksOf = new WeakMap<object, MembershipHooks>();
/** Groups whose member is not told what it holds: a join is under way, or was left off. */
const unsettled = new WeakSet<ConsumerGroup>();
const joins = new WeakMap<ConsumerGroup, Promise<void>>();
/** What a batch was read under, by kafkajs' own mark of an assignment. */
const readUnder = new WeakMap<
  object,
  { group: ConsumerGroup; assignment: object | null }
>();
/** The assignment that the member was told of last, by kafkajs' own mark of it. */
const toldUnder = new WeakMap<ConsumerGroup, object | null>();
/** Several times within a session, so that the coordinator does not give the member up. */
const KEEP_ALIVE_MS = 2_000;

/**
 * An assigner like kafkajs' own, by which the member that uses it is found
 * again: of all that a consumer is given, its assigners alone are kept where
 * the group can be asked for them.
 */
export function createAssigner(hooks: MembershipHooks): PartitionAssigner {
  return config => {
    const assigner = PartitionAssigners.roundRobin(config);
    hooksOf.set(assigner, hooks);
    return assigner;
  };
}

const HEADER_LIST = Symbol('headers as they came');

type HeaderList = ReadonlyArray<readonly [name: string, value: Buffer]>;

/** What is made of a record's headers; to others it looks as kafkajs makes it. */
interface DecodedHeaders extends IHeaders {
  [HEADER_LIST]?: HeaderList;
}

/** The headers of a record as they came: in order, under any name, as often as they came. */
export function readHeaders(headers: DecodedHeaders | undefined): HeaderList {
  return headers?.[HEADER_LIST] ?? [];
}

const EMPTY = Buffer.alloc(0);
let isExtended = false;

/** Changes kafkajs, once for the process. */
export function extendKafkajs(): void {
  if (isExtended) {
    return;
  }
  if (version !== WRITTEN_FOR) {
    throw new Error(
      `Event Flows works with kafkajs ${WRITTEN_FOR} and found ${version}; install that version beside @event-flows/engine`,
    );
  }
  isExtended = true;
  decodeHeadersInLinearTime();
  tellOfMembership();
  tellOfLostPositions();
  accompanyReads();
  lookForRequestsThatWait();
  boundAnswers();
  commitUnderOneAssignment();
  tryOtherAddresses();
}

/** kafkajs reads such arrays for headers alone, and reduces them to an object. */
function decodeHeadersInLinearTime() {
  const { readVarIntArray } = Decoder.prototype;
  Decoder.prototype.readVarIntArray = function readHeaderArray(read) {
    assertCanHoldHeaders(this);
    const headers = readVarIntArray.call(this, read) as DecodedHeader[];
    return headers.length === 0
      ? headers
      : Object.assign(headers, { reduce: () => toHeaders(headers) });
  };
}

/** Beyond its end kafkajs reads zeros, so it would make out as many headers as are claimed. */
function assertCanHoldHeaders(decoder: Decoder) {
  const { buffer, offset } = decoder;
  const count = decoder.readVarInt();
  decoder.offset = offset;
  if (count > buffer.length - offset) {
    throw new Error(
      `A record claims to have ${count} headers, and is too short`,
    );
  }
}

interface DecodedHeader {
  key: string;
  value: Buffer | null;
}

function toHeaders(decoded: readonly DecodedHeader[]): DecodedHeaders {
  // Without a prototype no name means anything.
  const headers: DecodedHeaders = Object.create(null);
  for (const { key, value } of decoded) {
    const bytes = value ?? EMPTY;
    const known = headers[key];
    if (known === undefined) {
      headers[key] = bytes;
    } else if (Array.isArray(known)) {
      known.push(bytes);
    } else {
      headers[key] = [known, bytes];
    }
  }
  headers[HEADER_LIST] = decoded.map(
    ({ key, value }) => [key, value ?? EMPTY] as const,
  );
  return headers;
}

function tellOfMembership() {
  const { joinAndSync } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.joinAndSync = async function joinOnce() {
    const hooks = hooksOfGroup(this);
    if (!hooks) {
      await joinAndSync.call(this);
      return;
    }
    // The reads of several brokers may find at once that it is time to join.
    const join = joins.get(this) ?? joinWithHooks(this, hooks, joinAndSync);
    joins.set(this, join);
    try {
      await join;
    } finally {
      if (joins.get(this) === join) {
        joins.delete(this);
      }
    }
  };
}

async function joinWithHooks(
  group: ConsumerGroup,
  hooks: MembershipHooks,
  joinAndSync: () => Promise<void>,
) {
  unsettled.add(group);
  await keepAliveDuring(group, hooks.beforeJoin());
  await joinAndSync.call(group);
  const committed = await committedPositionsOf(group);
  toldUnder.set(group, group.offsetManager);
  hooks.afterJoin(committed);
  unsettled.delete(group);
}

async function keepAliveDuring(group: ConsumerGroup, work: Promise<void>) {
  const timer = setInterval(() => {
    const { coordinator, groupId, memberId, generationId } = group;
    if (coordinator && memberId) {
      coordinator
        .heartbeat({ groupId, memberId, groupGenerationId: generationId })
        // The answer is that the group rebalances, which is known.
        .catch(() => {});
    }
  }, KEEP_ALIVE_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

async function committedPositionsOf(
  group: ConsumerGroup,
): Promise<CommittedPosition[]> {
  const topics = group.assigned().map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(partition => ({ partition })),
  }));
  if (!group.coordinator || topics.length === 0) {
    return [];
  }
  const { responses } = await group.coordinator.offsetFetch({
    groupId: group.groupId,
    topics,
  });
  return responses.flatMap(({ partitions }) =>
    partitions.map(({ partition, offset, metadata }) => ({
      partition,
      offset: BigInt(offset),
      metadata: metadata ?? '',
    })),
  );
}

function tellOfLostPositions() {
  const { recoverFromOffsetOutOfRange } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange =
    async function tellInstead(error) {
      const hooks = hooksOfGroup(this);
      if (!hooks) {
        await recoverFromOffsetOutOfRange.call(this, error);
        return;
      }
      this.pause([{ topic: error.topic, partitions: [error.partition] }]);
      hooks.onOffsetOutOfRange(error.partition);
    };
}

function accompanyReads() {
  const read = ConsumerGroup.prototype.fetch;
  ConsumerGroup.prototype.fetch = async function readAtItsPace(nodeId) {
    const hooks = hooksOfGroup(this);
    if (!hooks) {
      return read.call(this, nodeId);
    }
    // Where a join fails half-way kafkajs may go on to read all the same.
    if (unsettled.has(this)) {
      await this.joinAndSync();
    }
    const { maxWaitMs, maxBytesPerPartition } = await hooks.beforeRead();
    this.maxWaitTime = maxWaitMs;
    this.maxBytesPerPartition = maxBytesPerPartition;
    const assignment = this.offsetManager;
    const attempt = attemptOf(this);
    const batches = await read.call(attempt.reader, nodeId);
    if (this.offsetManager !== assignment) {
      return [];
    }
    batches.forEach(batch => readUnder.set(batch, { group: this, assignment }));
    if (!attempt.hasFailed()) {
      hooks.afterRead(partitionsAt(this, nodeId));
    }
    batches
      .filter(batch => batch.isEmptyDueToFiltering())
      .forEach(batch => hooks.afterEmptyRead(batch));
    return batches;
  };
}

const turnsOf = new WeakMap<ConsumerGroup, Turns<string>>();

type TopicPartitions = ReturnType<ConsumerGroup['assigned']>[number];

/**
 * What a single read calls as if it were the group, of which several brokers
 * are read at once. kafkajs mends what a read failed for, and answers as if
 * there had been no records.
 */
function attemptOf(group: ConsumerGroup) {
  let failed = false;
  const turns = turnsOf.get(group) ?? new Turns<string>();
  turnsOf.set(group, turns);
  const reader: ConsumerGroup = Object.create(group, {
    filterPartitionsByNode: {
      value: (nodeId: string, assigned: TopicPartitions[]) =>
        group
          .filterPartitionsByNode(nodeId, assigned)
          .map(({ topic, partitions }) => ({
            topic,
            partitions: turns.next(nodeId, partitions),
          })),
    },
    recoverFromFetch: {
      value: (error: Error) => {
        failed = true;
        return group.recoverFromFetch(error);
      },
    },
  });
  return { reader, hasFailed: () => failed };
}

function lookForRequestsThatWait() {
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  RequestQueue.prototype.scheduleCheckPendingRequests =
    function scheduleIfAnyWait() {
      if (this.pending.length > 0 || this.throttledUntil > Date.now()) {
        scheduleCheckPendingRequests.call(this);
      }
    };
}

function boundAnswers() {
  const answers = { 4: answerV4, 5: answerV5, 6: answerV6, 7: answerV7 };
  const later = { 8: answerV8, 9: answerV9, 10: answerV10, 11: answerV11 };
  for (const [number, answer] of Object.entries({ ...answers, ...later })) {
    answer.decode = bytes => decodeFetchAnswer(Number(number), bytes);
  }
}

function tryOtherAddresses() {
  const { createSeedBroker } = BrokerPool.prototype;
  BrokerPool.prototype.createSeedBroker = async function createThatMoves() {
    await createSeedBroker.call(this);
    const seed = this.seedBroker;
    if (!seed) {
      return;
    }
    const connect = seed.connect.bind(seed);
    seed.connect = async () => {
      try {
        await connect();
      } catch (error) {
        const { name, retriable } = error as { name: string; retriable?: true };
        // That nobody listens kafkajs moves on from by itself.
        if (retriable && name !== 'KafkaJSConnectionError') {
          await this.createSeedBroker();
        }
        throw error;
      }
    };
  };
}

/** What was done under an assignment cannot be committed under the next one. */
class FormerAssignmentError extends Error {
  readonly name = 'FormerAssignmentError' as const;
  /** For kafkajs. */
  readonly retriable = false;

  constructor() {
    super('The group was joined anew before the positions were committed');
  }
}

function commitUnderOneAssignment() {
  const { commitOffsets } = ConsumerGroup.prototype;
  const begunUnder = new WeakMap<object, object | null | undefined>();
  ConsumerGroup.prototype.commitOffsets = async function commitOnce(offsets) {
    if (hooksOfGroup(this)) {
      if (!begunUnder.has(offsets)) {
        begunUnder.set(offsets, toldUnder.get(this));
      }
      if (begunUnder.get(offsets) !== this.offsetManager) {
        throw new FormerAssignmentError();
      }
    }
    await commitOffsets.call(this, offsets);
  };
}

/** Whether the batch was read before a rebalance: kafkajs reads on from the committed position. */
export function isOfFormerAssignment(batch: object): boolean {
  const under = readUnder.get(batch);
  return under !== undefined && under.group.offsetManager !== under.assignment;
}

function partitionsAt(group: ConsumerGroup, nodeId: string): number[] {
  try {
    return group
      .filterPartitionsByNode(nodeId, group.assigned())
      .flatMap(({ partitions }) => partitions);
  } catch {
    // A partition has no leader: the next read says so.
    return [];
  }
}

function hooksOfGroup(group: ConsumerGroup): MembershipHooks | undefined {
  return hooksOf.get(group.assigners[0]);
}
