/**
 * Whether a broker, as it was entered, is one of those that the operator named
 * for passwords in plain text. The names are compared as they are written: this
 * permits a way to sign in, not an address.
 *
 * @param patterns - `host:port`, each part may be or begin with `*`
 *
 * @public
 */
export function matchesBroker(
  broker: string,
  patterns: readonly string[],
): boolean {
  const [host, port] = split(broker.toLocaleLowerCase('en-US'));
  return patterns.some(pattern => {
    const [wantedHost, wantedPort] = split(pattern.toLocaleLowerCase('en-US'));
    return (
      (wantedPort === '*' || wantedPort === port) &&
      (wantedHost === '*' ||
        wantedHost === host ||
        (wantedHost.startsWith('*.') && host.endsWith(wantedHost.slice(1))))
    );
  });
}

function split(address: string): [host: string, port: string] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), address.slice(colon + 1)];
}
