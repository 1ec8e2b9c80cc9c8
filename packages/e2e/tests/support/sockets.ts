import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** TCP sockets of a process to these brokers on this machine, in whatever state. */
export function socketsTo(pid: number, brokers: readonly string[]): number {
  const ports = new Set(
    brokers.map(broker => Number(broker.split(':').at(-1))),
  );
  const inodes = new Set(
    ['tcp', 'tcp6'].flatMap(table => inodesTo(pid, table, ports)),
  );
  return readdirSync(`/proc/${pid}/fd`).filter(fd =>
    inodes.has(inodeOf(pid, fd)),
  ).length;
}

function inodesTo(pid: number, table: string, ports: Set<number>): string[] {
  const [, ...rows] = readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
    .trim()
    .split('\n');
  return rows
    .map(row => row.trim().split(/\s+/))
    .filter(fields => ports.has(parseInt(fields[2].split(':')[1], 16)))
    .map(fields => fields[9]);
}

/** Files come and go while one looks; one that is gone was no socket. */
function inodeOf(pid: number, fd: string): string {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '';
  } catch {
    return '';
  }
}
