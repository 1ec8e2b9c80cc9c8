import { answerExcerpt } from './answerExcerpt';

const destination = {
  address: {
    origin: 'https://x.example.com',
    path: '/v1?token=s%2Fe"cret&mode=fast',
  },
  credentials: { authorization: 'Bearer abcdef' },
};

function shown(body: string, limit = 512): string {
  const bytes = Buffer.from(body);
  const response = {
    ...{ status: 500, body: bytes, size: 9_000, truncated: false },
  };
  const excerpt = answerExcerpt(response, destination, limit);
  expect(excerpt.size).toBe(9_000);
  return Buffer.from(excerpt.bytes).toString();
}

describe('answerExcerpt', () => {
  it.each([
    ['{"error":"no"}', '{"error":"no"}'],
    ['no /v1?token=s%2Fe"cret&mode=fast here', 'no /v1?*** here'],
    ['token is s%2Fe"cret', '*** is ***'],
    ['decoded s/e"cret', 'decoded ***'],
    [JSON.stringify({ got: 's%2Fe"cret' }), '{"got":"***"}'],
    ['got Bearer abcdef', 'got ***'],
    ['got abcdef', 'got ***'],
    ['größer', 'größer'],
  ])('shows %s', (body, expected) => {
    expect(shown(body)).toBe(expected);
  });

  it('shows no beginning of a secret that was cut off', () => {
    expect(shown('got Bearer abc')).toBe('got ');
    expect(shown('it is abcd')).toBe('it is ');
  });

  it('is cut', () => {
    expect(shown('x'.repeat(600))).toHaveLength(512);
  });
});
