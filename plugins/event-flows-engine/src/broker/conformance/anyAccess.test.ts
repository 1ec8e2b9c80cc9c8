import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import {
  BrokerConnectionError,
  createConnectionSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import fc from 'fast-check';
import type { BrokerAccess } from '../../types';
import { selfSigned } from '../../address/__testUtils__/selfSigned';
import { DRIVERS } from './__testUtils__/drivers';

jest.setTimeout(60_000);

const SEED = 20261126;

/** Whatever the form takes for a broker. */
const broker = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?:\d{1,5}$/),
  fc.stringMatching(/^\[[0-9A-Fa-f:.%]{1,30}\]:\d{1,5}$/),
  fc.constantFrom(
    ...['[:::::]:1', '[%]:1', '[1.2.3.4]:1', '[::ffff:a9fe:a9fe]:80', '0:1'],
    ...['0x7f000001:1', '017700000001:1', '2130706433:1', '1.2.3:1', 'a..b:1'],
  ),
);

/** Texts that begin like PEM, which is what the form looks at. */
const pem = (label: string) =>
  fc.oneof(
    fc.constant(`-----BEGIN ${label}-----`),
    fc
      .string({ unit: 'binary', maxLength: 80 })
      .map(text => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----`),
    fc
      .base64String({ maxLength: 200 })
      .map(text => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----`),
  );

describe.each(DRIVERS)('%s says what is wrong', (_, createDriver) => {
  let server: Server;
  let port: number;
  let known: { cert: string; key: string };

  beforeAll(async () => {
    server = createServer(socket => socket.on('error', () => {}).destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    const { cert, key } = await selfSigned();
    known = { cert: cert.toString(), key: key.toString() };
  });

  afterAll(() => server?.close());

  async function refusalOf(
    access: BrokerAccess,
    ...allow: string[]
  ): Promise<unknown> {
    try {
      const call = { timeoutMs: 5000 };
      await createDriver(...allow).admin.probe(access, call);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it('of any list of brokers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(broker, { minLength: 1, maxLength: 4 }),
        async brokers => {
          const input = { name: 'a', type: 'kafka', brokers };
          fc.pre(createConnectionSchema.safeParse(input).success);
          const error = await refusalOf({ id: 'a', brokers });
          expect(error).toBeInstanceOf(BrokerConnectionError);
          expect(error).toMatchObject({ reason: 'not-allowed' });
        },
      ),
      // Each of them is tried for a while.
      { seed: SEED, numRuns: 15 },
    );
  });

  it('with any certificate and key that are none', async () => {
    const certificate = fc.oneof(
      pem('CERTIFICATE'),
      fc.constant(undefined),
      fc.constant('known'),
    );
    await fc.assert(
      fc.asyncProperty(
        certificate,
        certificate,
        fc.oneof(pem('PRIVATE KEY'), fc.constant('known')),
        async (ca, cert, key) => {
          const text = (given: string, own: string) =>
            given === 'known' ? own : given;
          const tls = {
            ...(ca !== undefined && { ca: text(ca, known.cert) }),
            ...(cert !== undefined && {
              cert: text(cert, known.cert),
              key: text(key, known.key),
            }),
          };
          const address = `127.0.0.1:${port}`;
          const access = { id: 'a', brokers: [address], tls };
          const error = await refusalOf(access, address);
          expect(error).toBeInstanceOf(BrokerConnectionError);
          const { message } = error as BrokerConnectionError;
          expect(message).toMatch(/\w{3}/);
          expect(message).not.toContain('BEGIN');
        },
      ),
      { seed: SEED, numRuns: 12 },
    );
  });
});
