import { placeOf, type ToldRecord } from './FakeCluster';
import type { LoopWorld } from './LoopWorld';

/** What is wrong with the world now, in words; empty: nothing. */
export function wrongsOf(world: LoopWorld): string[] {
  return [
    ...world.violations,
    ...wrongCounts(world),
    ...wrongPositions(world),
    ...wrongHeldUp(world),
    ...idleLanes(world),
  ];
}

/** What is wrong with a request that begins now. */
export function wrongsOfRequest(
  world: LoopWorld,
  record: ToldRecord,
  path: string,
): string[] {
  const { queue, holdings, deadLetters } = world;
  const { requests } = world.endpoint;
  const { target, settings } = queue;
  const lane = world.laneOf(record);
  const holding = holdings.get(record.partition);
  const wrongs: Array<[isWrong: boolean, what: string]> = [
    [!world.mayBegin, 'though nothing may begin'],
    [
      target.kind !== 'version' || new URL(target.endpoint).pathname !== path,
      'to a version that is not set',
    ],
    [
      !holding?.isItsTurn(record, lane),
      'when it was not its turn, or done, or not held',
    ],
    [record.isKnownAsDone, 'though a position says that it is done'],
    [
      deadLetters.writes.some(
        write => write.record === record && write.holding === holding,
      ),
      'while it is written to the dead-letter topic',
    ],
    [
      requests.some(open => world.laneOf(open.record) === lane),
      'beside another one of its lane',
    ],
    [requests.length >= settings.concurrency, 'beyond the concurrency'],
  ];
  return wrongs
    .filter(([isWrong]) => isWrong)
    .map(([, what]) => `${placeOf(record)} was sent ${what}`);
}

/** Records that are not done; `blocked`: those that wait until a person does something. */
export function leftOf(world: LoopWorld): string[] {
  const blocked = world.loop.heldUp
    .list()
    .filter(({ problem }) => problem.phase === 'blocked');
  const lanes = new Set(blocked.map(({ lane }) => lane));
  // What is blocked takes up memory, so that others are not even read.
  const isFull = (partition: number) =>
    world.holdings.get(partition)?.isPaused === true &&
    blocked.some(item => item.partition === partition);
  return world.cluster.records
    .filter(({ isDone }) => !isDone)
    .map(record =>
      lanes.has(world.laneOf(record)) || isFull(record.partition)
        ? 'blocked'
        : placeOf(record),
    );
}

function wrongCounts({
  loop,
  holdings,
  deadLetters,
  run,
}: LoopWorld): string[] {
  const { read, delivered, deadLettered, skipped, inFlight } = loop.counters;
  const pending = [...holdings.values()].flatMap(held => held.pending);
  const writing = deadLetters.writes.filter(write => write.run === run);
  return [
    ...(read === delivered + deadLettered + skipped + inFlight
      ? []
      : [`the counters do not add up: ${JSON.stringify(loop.counters)}`]),
    ...(inFlight === pending.length
      ? []
      : [`${inFlight} in flight instead of ${pending.length}`]),
    ...(loop.heldUp.writing === writing.length
      ? []
      : [`${loop.heldUp.writing} writes instead of ${writing.length}`]),
  ];
}

/** Neither what is committed nor what could be passes a record that is not done. */
function wrongPositions({ cluster, holdings }: LoopWorld): string[] {
  return cluster.partitions.flatMap(partition => {
    const open = cluster.recordsOf(partition).find(({ isDone }) => !isDone);
    const positions = [
      cluster.committedOf(partition),
      holdings.get(partition)?.state.position ?? 0n,
    ];
    return open && positions.some(position => position > open.offset)
      ? [`${placeOf(open)} is not done, and passed by ${positions.join(', ')}`]
      : [];
  });
}

function wrongHeldUp(world: LoopWorld): string[] {
  const { loop, holdings, endpoint, deadLetters, carriedOut } = world;
  return loop.heldUp.list().flatMap(({ record, decision, partition }) => {
    const told = record as ToldRecord;
    const decided = world.decisionOn(told);
    const isUnderWay = [...endpoint.requests, ...deadLetters.writes].some(
      open => open.record === told,
    );
    return [
      ...(holdings.get(partition)?.firsts.includes(told)
        ? []
        : [`${placeOf(told)} is held up though it is done or not held`]),
      ...(world.mayBegin &&
      decided &&
      decided.id !== decision?.id &&
      !isUnderWay &&
      !carriedOut.includes(decided.id)
        ? [`nobody carries out what was decided about ${placeOf(told)}`]
        : []),
    ];
  });
}

/** No lane waits that need not. */
function idleLanes(world: LoopWorld): string[] {
  const { loop, holdings, endpoint, deadLetters, queue, mayBegin } = world;
  if (!mayBegin || loop.open !== undefined) {
    return [];
  }
  const underWay = new Set(endpoint.requests.map(({ record }) => record));
  const waiting = new Set([
    ...loop.heldUp.list().map(({ record }) => record as ToldRecord),
    ...deadLetters.writes
      .filter(({ holding }) => holding && !holding.state.released)
      .map(({ record }) => record),
  ]);
  const ready = [...holdings.values()]
    .flatMap(({ firsts }) => firsts)
    .filter(first => underWay.has(first) || !waiting.has(first));
  const expected = Math.min(queue.settings.concurrency, ready.length);
  return underWay.size === expected
    ? []
    : [`${underWay.size} requests are under way instead of ${expected}`];
}
