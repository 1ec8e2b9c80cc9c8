import { once } from 'node:events';
import { freePort } from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import { createKafkaClient } from './kafkaClient';

describe('the sockets of a client', () => {
  it('remember that an address was refused, whatever fails afterwards', async () => {
    const port = await freePort();
    const policy = new AddressPolicy({
      brokers: { allow: [`127.0.0.1:${port}`] },
      endpoints: { allow: [] },
    });
    const { sockets } = createKafkaClient(
      { id: 'c', brokers: [`127.0.0.1:${port}`] },
      { policy: policy.brokers, log: () => {}, retry: { retries: 0 } },
    );
    const open = (host: string) =>
      sockets.open({ host, port, ssl: {}, onConnect: () => {} });

    await once(open('127.0.0.1'), 'error');
    expect(sockets.failure).toMatchObject({ code: 'ECONNREFUSED' });
    expect(() => open('10.0.0.1')).toThrow();
    expect(sockets.failure).toMatchObject({ name: 'AddressNotAllowedError' });
    await once(open('127.0.0.1'), 'error');
    expect(sockets.failure).toMatchObject({ name: 'AddressNotAllowedError' });

    sockets.forgetFailure();
    expect(sockets.failure).toBeUndefined();
    sockets.destroy(new Error('done'));
  });
});
