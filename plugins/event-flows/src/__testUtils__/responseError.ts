import { ResponseError } from '@backstage/errors';

/** The error that the client throws where the backend answers with this. */
export function responseError(
  statusCode: number,
  error: { name: string; message: string; reason?: string },
  headers: Record<string, string> = {},
): Promise<ResponseError> {
  const body = { error, response: { statusCode } };
  return ResponseError.fromResponse({
    ok: false,
    status: statusCode,
    statusText: error.name,
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    redirected: false,
    type: 'basic',
    url: '/api/event-flows',
    text: async () => JSON.stringify(body),
  });
}
