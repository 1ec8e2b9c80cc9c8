import type { API, Base } from '@platformatic/kafka';
import type { Library } from './library';

/**
 * Requests of the protocol by their names, in the newest version that the
 * cluster and the library both know.
 */
export function apiOf(
  client: Pick<Base, Library['kGetApi']>,
  library: Library,
) {
  return <Request extends unknown[], Response>(
    name: string,
  ): Promise<API<Request, Response>> =>
    new Promise((resolve, reject) => {
      client[library.kGetApi]<Request, Response>(name, (error, api) =>
        api ? resolve(api) : reject(error),
      );
    });
}
