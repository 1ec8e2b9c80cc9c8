/** Calls the API as one person, or as nobody. */
export interface ApiClient {
  /** A route below `/api/event-flows`. */
  send: Send;
  /** A route below `/api/catalog`. */
  catalog: Send;
}

type Send = (
  method: string,
  path: string,
  body?: object,
) => Promise<{
  status: number;
  /** Undefined where the answer has none. */
  body: ReturnType<typeof JSON.parse>;
}>;

/** A client without a token. */
export function asNobody(portal: string): ApiClient {
  return clientOf(portal, {});
}

/** Signs in as a person of the demo, as the sign-in page does. */
export async function signIn(
  portal: string,
  person: string,
): Promise<ApiClient> {
  const response = await fetch(new URL('/api/auth/demo/refresh', portal), {
    headers: {
      'x-demo-person': person,
      'x-requested-with': 'XMLHttpRequest',
    },
  });
  if (!response.ok) {
    throw new Error(`${person} could not sign in: ${response.status}`);
  }
  const { backstageIdentity } = await response.json();
  return clientOf(portal, {
    authorization: `Bearer ${backstageIdentity.token}`,
  });
}

function clientOf(portal: string, headers: Record<string, string>): ApiClient {
  const below =
    (plugin: string): Send =>
    async (method, path, body) => {
      const response = await fetch(new URL(`/api/${plugin}${path}`, portal), {
        method: method.toLocaleUpperCase('en-US'),
        headers: { ...headers, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text ? JSON.parse(text) : undefined,
      };
    };
  return { send: below('event-flows'), catalog: below('catalog') };
}
