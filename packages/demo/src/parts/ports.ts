import { isPortFree } from '@event-flows/testbed';
import { DemoError, type Settings } from '../settings';

/** A port that the demo listens on. */
export interface NeededPort {
  port: number;
  /** The environment variable that chooses it. */
  variable: string;
  what: string;
}

/** The ports that a demo with these settings listens on. */
export function neededPorts(settings: Settings): NeededPort[] {
  const needed: NeededPort[] = [
    {
      port: settings.portalPort,
      variable: 'EVENT_FLOWS_PORT',
      what: 'the portal',
    },
  ];
  if (settings.algorithms) {
    needed.push({
      port: settings.algorithmsPort,
      variable: 'EVENT_FLOWS_ALGORITHMS_PORT',
      what: 'the algorithms',
    });
  }
  if (!settings.kafkaBrokers) {
    needed.push({
      port: settings.kafkaPort,
      variable: 'EVENT_FLOWS_KAFKA_PORT',
      what: 'Kafka',
    });
  }
  return needed;
}

/** @throws DemoError that names every port that cannot be had. */
export async function requireFreePorts(needed: NeededPort[]): Promise<void> {
  const problems: string[] = [];
  const chosen = new Map<number, NeededPort>();
  for (const each of needed) {
    const { port, variable, what } = each;
    const same = chosen.get(port);
    chosen.set(port, each);
    if (same) {
      problems.push(
        `${same.variable} and ${variable} are both ${port}. Each needs a port of its own.`,
      );
    } else if (!(await isPortFree(port))) {
      problems.push(
        `Port ${port}, for ${what}, is taken by another program. End that, or choose another port: ${variable}=${another(port)} ./run demo`,
      );
    }
  }
  if (problems.length > 0) {
    throw new DemoError(problems.join('\n'));
  }
}

function another(port: number): number {
  return port + 1000 <= 65535 ? port + 1000 : port - 1000;
}
