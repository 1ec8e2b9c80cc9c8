/** A process that sends one request, and fails when it receives the answer. */
import { AddressPolicy } from '../address/AddressPolicy';
import { addressOf, HttpDispatcher } from '../delivery/HttpDispatcher';

const url = process.argv[2];
const policy = new AddressPolicy({
  brokers: { allow: [] },
  endpoints: { allow: [url] },
});
const dispatcher = new HttpDispatcher(policy.endpoints);
dispatcher.send(
  {
    endpoint: addressOf(new URL(url)),
    request: { headers: [], body: Buffer.from('hello') },
    timeoutMs: 5_000,
    keepBody: false,
  },
  () => {
    throw new Error('the receiver is broken');
  },
);
