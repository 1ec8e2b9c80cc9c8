import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { freePorts } from '@event-flows/testbed';
import { readSettings } from '../settings';
import { neededPorts, requireFreePorts } from './ports';

describe('ports', () => {
  let taken: Server[] = [];

  afterEach(async () => {
    await Promise.all(taken.map(server => once(server.close(), 'close')));
    taken = [];
  });

  async function takePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    taken.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const needed = (
    [portal, algorithms, kafka]: number[],
    env: NodeJS.ProcessEnv = {},
  ) =>
    neededPorts(
      readSettings(
        {
          EVENT_FLOWS_PORT: String(portal),
          EVENT_FLOWS_ALGORITHMS_PORT: String(algorithms),
          EVENT_FLOWS_KAFKA_PORT: String(kafka),
          ...env,
        },
        '/',
      ),
    );

  it('has nothing to say when all are free', async () => {
    const free = needed(await freePorts(3));
    await expect(requireFreePorts(free)).resolves.toBeUndefined();
  });

  it('names each port that is taken, and what to set instead', async () => {
    const ports = [await takePort(), await takePort(), await takePort()];

    const refusal = await requireFreePorts(needed(ports)).catch(
      error => error.message,
    );

    const lines = refusal.split('\n');
    expect(lines).toHaveLength(3);
    for (const [index, [what, variable]] of [
      ['the portal', 'EVENT_FLOWS_PORT'],
      ['the algorithms', 'EVENT_FLOWS_ALGORITHMS_PORT'],
      ['Kafka', 'EVENT_FLOWS_KAFKA_PORT'],
    ].entries()) {
      const port = ports[index];
      expect(lines[index]).toMatch(
        `Port ${port}, for ${what}, is taken by another program.`,
      );
      const [, suggested] = lines[index].match(`${variable}=(\\d+) ./run demo`);
      expect(Math.abs(suggested - port)).toBe(1000);
      expect(Number(suggested)).toBeLessThanOrEqual(65535);
    }
  });

  it('does not mind the ports of parts that are not started', async () => {
    const [portal] = await freePorts(1);
    const ports = [portal, await takePort(), await takePort()];
    const fewer = needed(ports, {
      EVENT_FLOWS_ALGORITHMS: 'off',
      KAFKA_BROKERS: 'kafka:9092',
    });
    await expect(requireFreePorts(fewer)).resolves.toBeUndefined();
  });

  it('refuses one port for two parts', async () => {
    const [one, two] = await freePorts(2);
    await expect(requireFreePorts(needed([one, two, one]))).rejects.toThrow(
      `EVENT_FLOWS_PORT and EVENT_FLOWS_KAFKA_PORT are both ${one}. Each needs a port of its own.`,
    );
  });
});
