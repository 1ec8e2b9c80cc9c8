/**
 * One entry of `eventFlows.endpoints.allow`, parsed.
 *
 * @public
 */
export interface EndpointPrefix {
  /** `http:` or `https:`. */
  protocol: string;
  /** Lower case; IPv6 addresses in brackets. */
  hostname: string;
  /** As number, also where it is the scheme's own. */
  port: number;
  /** Begins and ends with a slash. */
  path: string;
}

/**
 * Parses an entry of `eventFlows.endpoints.allow`.
 *
 * @throws Error that says what is wrong with it.
 *
 * @public
 */
export function parseEndpointPrefix(
  entry: string,
  key = 'eventFlows.endpoints.allow',
): EndpointPrefix {
  const refuse = (why: string): never => {
    throw new Error(
      `${key}: "${entry}" ${why}; an entry is a URL prefix like https://algorithms.example.com/nlp/`,
    );
  };
  const url = URL.canParse(entry) ? new URL(entry) : refuse('is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse('is neither http nor https');
  }
  if (url.username || url.password) {
    refuse('holds a user name or password');
  }
  if (url.search || url.hash) {
    refuse('holds a query or a fragment');
  }
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: portOf(url),
    path: url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
  };
}

/**
 * Whether a URL lies below a prefix: same scheme, host and port, and a path
 * that begins with whole segments of the prefix.
 */
export function isBelow(prefix: EndpointPrefix, url: URL): boolean {
  return (
    url.protocol === prefix.protocol &&
    url.hostname === prefix.hostname &&
    portOf(url) === prefix.port &&
    `${url.pathname}/`.startsWith(prefix.path)
  );
}

/**
 * Parses an endpoint. Undefined: it is no URL that may be called at all.
 * `URL` has resolved dots in the path by itself; encoded slashes and
 * backslashes, and dots with a parameter (`/..;/`, which some servers cut off
 * before they resolve them), could still be resolved by a server behind us, so
 * they may not be there.
 */
export function parseEndpoint(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isCallable =
    url &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    !url.username &&
    !url.password &&
    !/%2f|%5c|%00|\/(\.|%2e){1,2};/i.test(url.pathname);
  return isCallable ? url : undefined;
}

export function portOf(url: URL): number {
  if (url.port) {
    return Number(url.port);
  }
  return url.protocol === 'https:' ? 443 : 80;
}
