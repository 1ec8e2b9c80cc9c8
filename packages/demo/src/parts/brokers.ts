import { withAdmin } from '@event-flows/testbed';

/** What app-config.yaml allows the portal to dial: a Kafka on this machine. */
export const LOCAL_BROKERS = ['127.0.0.1:*', 'localhost:*'];

/** A broker as the cluster itself tells of it. */
interface AdvertisedBroker {
  host: string;
  port: number;
}

/**
 * The brokers that the portal may dial for a Kafka that somebody brought: those
 * that were given, and those that the cluster then sends its clients to, often
 * under other names.
 */
export function brokersToAllow(
  given: readonly string[],
  advertised: readonly AdvertisedBroker[],
): string[] {
  const found = advertised.map(({ host, port }) =>
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  );
  return [...new Set([...LOCAL_BROKERS, ...given, ...found])];
}

/** Asks a cluster where it sends its clients. */
export async function advertisedBrokers(
  brokers: string[],
): Promise<AdvertisedBroker[]> {
  return withAdmin(brokers, async admin => {
    const cluster = await admin.describeCluster();
    return cluster.brokers;
  });
}
