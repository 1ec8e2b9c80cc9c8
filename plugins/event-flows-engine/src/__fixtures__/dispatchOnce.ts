/**
 * A process that sends one request to the URL that it was given, and says what
 * came of it. What Node reads from the environment it reads when it starts.
 */
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
  result => {
    process.stdout.write(
      'response' in result
        ? String(result.response.status)
        : result.error.message,
    );
    void dispatcher.close();
  },
);
