import { NotFoundError } from '@backstage/errors';
import type {
  ConnectionRecord,
  ConnectionsStore,
} from '../connections/ConnectionsStore';

/**
 * The connection that something goes to.
 *
 * @throws NotFoundError
 */
export async function connectionTo(
  connections: ConnectionsStore,
  id: string,
): Promise<ConnectionRecord> {
  const connection = await connections.get(id);
  if (!connection || connection.deleting) {
    throw new NotFoundError('There is no such connection to go to');
  }
  return connection;
}

/** Whether another connection is known to be of the same cluster. */
export async function isSameCluster(
  connections: ConnectionsStore,
  id: string,
  { clusterId }: ConnectionRecord,
): Promise<boolean> {
  const other = await connections.get(id);
  return clusterId !== undefined && clusterId === other?.clusterId;
}
