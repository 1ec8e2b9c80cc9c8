import { resolve } from 'node:path';

/** What the environment says about the demo. */
export interface Settings {
  portalPort: number;
  algorithmsPort: number;
  kafkaPort: number;
  /** A Kafka to use instead of starting one. */
  kafkaBrokers?: string[];
  /** Where everything that outlives a run is kept. */
  dataDir: string;
  /** Whether to serve the algorithms; a test may stand in their place. */
  algorithms: boolean;
  /** Whether events are produced steadily. */
  steadyEvents: boolean;
}

/** Something the person who started the demo can put right; shown without a stack. */
export class DemoError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DemoError';
  }
}

/** Reads the settings. `root` is the repository. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): Settings {
  const brokers = (env.KAFKA_BROKERS ?? '')
    .split(',')
    .map(broker => broker.trim())
    .filter(Boolean);
  return {
    portalPort: readPort(env, 'EVENT_FLOWS_PORT', 7007),
    algorithmsPort: readPort(env, 'EVENT_FLOWS_ALGORITHMS_PORT', 7081),
    kafkaPort: readPort(env, 'EVENT_FLOWS_KAFKA_PORT', 9092),
    kafkaBrokers: brokers.length > 0 ? brokers : undefined,
    dataDir: resolve(root, env.EVENT_FLOWS_DATA || '.local/demo'),
    algorithms: readSwitch(env, 'EVENT_FLOWS_ALGORITHMS', true),
    steadyEvents: readSwitch(env, 'EVENT_FLOWS_EVENTS', true),
  };
}

function readPort(
  env: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
): number {
  const text = env[name];
  if (!text) {
    return fallback;
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port >= 1 && port <= 65535)) {
    throw new DemoError(`${name} must be a port (1 to 65535), not "${text}".`);
  }
  return port;
}

function readSwitch(
  env: NodeJS.ProcessEnv,
  name: string,
  fallback: boolean,
): boolean {
  const text = env[name];
  if (!text) {
    return fallback;
  }
  if (text !== 'on' && text !== 'off') {
    throw new DemoError(`${name} must be "on" or "off", not "${text}".`);
  }
  return text === 'on';
}
