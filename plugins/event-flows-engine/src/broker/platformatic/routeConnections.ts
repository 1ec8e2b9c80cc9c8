import type {
  Broker,
  Callback,
  Connection,
  Consumer,
  Producer,
} from '@platformatic/kafka';
import type { BrokerConnections, Lane } from './BrokerConnections';
import { isFinal } from './explainFailure';
import type { Library } from './library';

type Client = Consumer | Producer;

/**
 * Lets a client of the library take its connections from ours. The two
 * methods are all that it asks for one, both for the addresses that it was
 * given and for those that the cluster names.
 */
export function routeConnections(
  client: Client,
  options: {
    library: Library;
    connections: BrokerConnections;
    seeds: readonly Broker[];
    lane: Lane;
  },
): void {
  const { library, connections, seeds, lane } = options;
  const { NetworkError, MultipleErrors } = library;

  const open = async (broker: Broker | undefined) => {
    if (!broker) {
      throw new NetworkError('The cluster does not name this broker', {
        canRetry: true,
        hasStaleMetadata: true,
      });
    }
    try {
      return await connections.get(broker, lane);
    } catch (cause) {
      throw isFinal(cause)
        ? new NetworkError('Connecting failed for good', {
            cause: cause as Error,
            canRetry: false,
          })
        : cause;
    }
  };

  // Something before a broker that is away may take connections and end them:
  // the library would ask for one to the same broker again.
  let ended = 0;
  const watched = new WeakSet<Connection>();
  const watch = (connection: Connection) => {
    if (!watched.has(connection)) {
      watched.add(connection);
      connection.once('close', () => {
        ended += 1;
      });
    }
    return connection;
  };

  const openAny = async (attempt: number) => {
    const known = client.currentMetadata?.brokers.values() ?? [];
    const brokers = [...seeds, ...known];
    // The library counts some of these itself.
    const first = Math.max(ended, attempt) % brokers.length;
    const errors: Error[] = [];
    for (const broker of [
      ...brokers.slice(first),
      ...brokers.slice(0, first),
    ]) {
      try {
        return watch(await open(broker));
      } catch (error) {
        errors.push(error as Error);
      }
    }
    throw new MultipleErrors('No broker can be reached', errors);
  };

  client[library.kGetConnection] = (broker: Broker | undefined, callback) =>
    answer(open(broker), callback);
  client[library.kGetBootstrapConnection] = (callback, attempt = 0) =>
    answer(openAny(attempt), callback);
}

/** What a callback throws must not look as if the promise had failed. */
function answer<T>(promise: Promise<T>, callback: Callback<T>) {
  promise.then(
    value => process.nextTick(callback, null, value),
    (error: Error) => process.nextTick(callback, error),
  );
}
