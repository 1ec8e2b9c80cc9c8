import type { EndpointRefusal } from '../catalog/chooseVersion';

/**
 * Tells a person, when they choose a version, what the engine would refuse
 * later: the endpoint is below none of the URLs that the operator allows.
 *
 * @param allow - `eventFlows.endpoints.allow`
 */
export function endpointRefusal(allow: readonly string[]): EndpointRefusal {
  const prefixes = allow.map(prefix => new URL(prefix));
  return endpoint => {
    const url = new URL(endpoint);
    return prefixes.some(prefix => isBelow(url, prefix))
      ? undefined
      : `The operator of this portal does not allow requests to ${url.origin}${url.pathname}; the address must be below one of eventFlows.endpoints.allow`;
  };
}

/** Compared part by part: `/nlp` is not a prefix of `/nlp-evil`. */
function isBelow(url: URL, prefix: URL): boolean {
  const folder = prefix.pathname.endsWith('/')
    ? prefix.pathname
    : `${prefix.pathname}/`;
  return (
    url.origin === prefix.origin &&
    (url.pathname === prefix.pathname || url.pathname.startsWith(folder))
  );
}
