import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const MIB = 1024 * 1024;
const TCP_ESTABLISHED = '01';

let ticksPerSecond: number | undefined;

/** Seconds that a process, all its threads together, has kept a core busy. */
export function cpuSeconds(pid: number): number {
  ticksPerSecond ??= Number(
    execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }),
  );
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  return (userTicks + systemTicks) / ticksPerSecond;
}

/** The most memory that a process has held so far. */
export function peakRssMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

/** The memory that a process holds now. */
export function rssMiB(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}

/** TCP connections that a process has open now, IPv4 and IPv6. */
export function connectionsOf(pid: number): number {
  const established = new Set(
    ['tcp', 'tcp6'].flatMap(table => establishedInodes(pid, table)),
  );
  return readdirSync(`/proc/${pid}/fd`).filter(fd =>
    established.has(inodeOf(pid, fd)),
  ).length;
}

function statusMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1];
  return (Number(kib) * 1024) / MIB;
}

function establishedInodes(pid: number, table: string): string[] {
  const [, ...rows] = readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
    .trim()
    .split('\n');
  return rows
    .map(row => row.trim().split(/\s+/))
    .filter(fields => fields[3] === TCP_ESTABLISHED)
    .map(fields => fields[9]);
}

/** Files come and go while one looks; one that is gone was no connection. */
function inodeOf(pid: number, fd: string): string {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '';
  } catch {
    return '';
  }
}
