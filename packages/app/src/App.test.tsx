import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import app from './App';

const USER = 'user:default/ada';

/** What the backend of Event Flows lets the person do. */
let allowed: string[] = [];

/** Nothing of the portal's backend runs here: this is what it would say. */
const fetchMock = jest.fn(async (input: RequestInfo | URL) => {
  const { pathname } = new URL(urlOf(input));
  if (pathname === '/api/auth/demo/refresh') {
    return Response.json({
      profile: { displayName: 'Ada Okafor' },
      backstageIdentity: {
        token: `h.${btoa(JSON.stringify({ exp: Date.now() / 1000 + 3600 }))}.s`,
        expiresInSeconds: 3600,
        identity: {
          type: 'user',
          userEntityRef: USER,
          ownershipEntityRefs: [USER],
        },
      },
    });
  }
  if (pathname === '/api/event-flows/allowed') {
    return Response.json({ items: allowed });
  }
  if (pathname.endsWith('/by-query')) {
    return Response.json({ items: [], totalItems: 0, pageInfo: {} });
  }
  if (pathname.endsWith('/entity-facets')) {
    return Response.json({ facets: {} });
  }
  return Response.json({ items: [] });
});

function urlOf(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input);
}

describe('App', () => {
  beforeEach(() => {
    sessionStorage.clear();
    localStorage.clear();
    fetchMock.mockClear();
    allowed = [];
    global.fetch = fetchMock as typeof fetch;
    process.env = {
      ...process.env,
      APP_CONFIG: [
        {
          context: 'test',
          data: {
            app: { title: 'Event Flows', baseUrl: 'http://localhost' },
            backend: { baseUrl: 'http://localhost' },
            auth: {
              providers: {
                demo: {
                  people: [
                    { user: USER, name: 'Ada Okafor', role: 'Administrator' },
                  ],
                },
              },
            },
          },
        },
      ] as unknown as string,
    };
  });

  it('lets one choose a person, and remembers the choice', async () => {
    render(app.createRoot());

    await userEvent.click(
      await screen.findByRole('button', { name: /Ada Okafor/ }),
    );

    expect(
      await screen.findByRole('link', { name: /Algorithms/ }),
    ).toHaveAttribute('href', expect.stringContaining('algorithm'));
    await waitFor(() =>
      expect(fetchMock).toHaveBeenCalledWith(
        'http://localhost/api/auth/demo/refresh',
        expect.objectContaining({ headers: expect.any(Headers) }),
      ),
    );
    const [, init] = fetchMock.mock.calls.find(([input]) =>
      String(input).endsWith('/demo/refresh'),
    ) as unknown as [string, RequestInit];
    expect(new Headers(init.headers).get('x-demo-person')).toBe(USER);
    expect(Object.values({ ...sessionStorage })).toEqual([USER]);
  });

  it('asks nobody again in a new tab', async () => {
    const first = render(app.createRoot());
    await userEvent.click(
      await screen.findByRole('button', { name: /Ada Okafor/ }),
    );
    await screen.findByRole('link', { name: /Algorithms/ });
    first.unmount();

    // What a new tab does not have.
    sessionStorage.clear();
    render(app.createRoot());

    expect(
      await screen.findByRole('link', { name: /Algorithms/ }),
    ).toBeInTheDocument();
  });

  it.each([
    ['has', ['event-flows.connection.read']],
    ['has not', []],
  ])(
    'shows the Queue manager to who %s the permission, the framework being off',
    async (_, permissions) => {
      allowed = permissions;
      render(app.createRoot());
      await userEvent.click(
        await screen.findByRole('button', { name: /Ada Okafor/ }),
      );
      await screen.findByRole('link', { name: /Algorithms/ });
      await waitFor(() => {
        const asked = fetchMock.mock.calls.map(([input]) => urlOf(input));
        expect(asked).toContain('http://localhost/api/event-flows/allowed');
        expect(
          screen.queryAllByRole('link', { name: 'Queue manager' }),
        ).toHaveLength(permissions.length);
      });
    },
  );
});
