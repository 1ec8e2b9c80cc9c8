import { createSecureContext } from 'node:tls';
import { toBrokerConnectionError } from './brokerErrors';

const access = { id: 'c', brokers: ['kafka.example.com:9093'], tls: {} };

/** What Node says of texts that are PEM by their first line only. */
function failureOf(tls: { ca?: string; cert?: string; key?: string }): string {
  try {
    createSecureContext(tls);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It took them');
}

const pem = (label: string) =>
  `-----BEGIN ${label}-----\nbm90IG9uZQ==\n-----END ${label}-----`;

describe('toBrokerConnectionError', () => {
  it.each([
    ['key', { key: pem('PRIVATE KEY') }],
    ['encrypted key', { key: pem('ENCRYPTED PRIVATE KEY') }],
    ['certificate', { cert: pem('CERTIFICATE') }],
  ])('says of a %s that cannot be read what to check', (_, tls) => {
    // As kafkajs passes it on.
    const error = new Error(`Failed to connect: ${failureOf(tls)}`);
    expect(toBrokerConnectionError(error, { access })).toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('check that they are whole'),
    });
  });

  it('says so of a key that belongs to another certificate', () => {
    const error = new Error(
      'Failed to connect: error:05800074:x509 certificate routines::key values mismatch',
    );
    expect(toBrokerConnectionError(error, { access })).toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('belongs to the client certificate'),
    });
  });
});
