import type { ClientName } from '../clients/Client';
import type { Measurement } from '../measure/measureRow';
import type { PlannedRow } from '../plan';
import type { Scenario } from '../scenario';

/** One line of the table. */
export interface Row extends Scenario {
  client: ClientName;
  workers: number;
  /** Records that were answered by the endpoint, over the windows. */
  ratePerSecond: { min: number; median: number; max: number };
  /** Of the client's processes alone. */
  cpuSecondsPer100k: number;
  rssMiB: number;
  orderViolations: number;
  duplicates: number;
}

/** What queues without records cost. */
export interface IdleQueues {
  queues: number;
  rssMiB: number;
  cpuCores: number;
  connections: number;
}

/** More than a million records of one partition. */
export interface OnePartition {
  records: number;
  ratePerSecond: number;
  /** The furthest that the committed position was behind what was delivered. */
  positionBehindSeconds: number;
  /** The most in the first and in the last third of the time. */
  rssMiB: { early: number; late: number };
}

/** What `--json` writes. */
export interface Results {
  rows: Row[];
  idleQueues: IdleQueues[];
  /** Null where it was not measured. */
  onePartition: OnePartition | null;
  /** Milliseconds; null where it was not measured. */
  portalP99Ms: number | null;
  /** Requests a second that the endpoint answers to a bare load generator. */
  endpointPerSecond: number;
  machine: {
    cores: number;
    node: string;
    kafka: string;
    /** ISO 8601, a day. */
    measuredOn: string;
    /** Processes that wanted a core in the minute before; more than none is noise. */
    loadBefore: number;
  };
}

export function toRow(
  { client, workers, latencyMs, recordBytes, keys }: PlannedRow,
  measurements: Measurement[],
): Row {
  const rates = measurements.flatMap(({ rates: each }) => each);
  return {
    client: client.name,
    workers,
    latencyMs,
    recordBytes,
    keys,
    ratePerSecond: {
      min: Math.round(Math.min(...rates)),
      median: Math.round(median(rates)),
      max: Math.round(Math.max(...rates)),
    },
    cpuSecondsPer100k: round(
      median(measurements.map(each => each.cpuSecondsPer100k)),
    ),
    rssMiB: Math.round(Math.max(...measurements.map(each => each.rssMiB))),
    orderViolations: sum(measurements.map(each => each.orderViolations)),
    duplicates: sum(measurements.map(each => each.duplicates)),
  };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
