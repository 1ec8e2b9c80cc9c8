import { z } from 'zod';
import { describeProblems } from './validation';

const schema = z.strictObject({
  name: z.string(),
  list: z.array(z.number()).optional(),
});

function problemsOf(input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return error ? describeProblems(error, schema) : [];
}

describe('describeProblems', () => {
  it('names each wrong field', () => {
    expect(problemsOf({ list: ['a'] })).toEqual([
      expect.stringMatching(/^name: /),
      expect.stringMatching(/^list\[0\]: /),
    ]);
    expect(problemsOf(null)).toEqual([expect.stringMatching(/^the body: /)]);
  });

  it('names the first ones of very many', () => {
    const problems = problemsOf({ name: 'a', list: Array(100_000).fill('a') });
    expect(problems).toHaveLength(11);
    expect(problems[9]).toMatch(/^list\[9\]: /);
    expect(problems[10]).toBe('and 99990 more problems');
  });

  it('names the first ones of very many unknown fields, and long ones in short', () => {
    const fields = Array.from({ length: 50_000 }, (_, i) => [`f${i}`, i]);
    expect(problemsOf({ name: 'a', ...Object.fromEntries(fields) })).toEqual([
      'f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, and 49990 more fields are not known; allowed are name, list',
    ]);
    expect(problemsOf({ name: 'a', ['x'.repeat(100_000)]: 1 })).toEqual([
      `${'x'.repeat(100)}… is not known; allowed are name, list`,
    ]);
  });
});
