import { offsetSchema } from './offset';

describe('offsetSchema', () => {
  it.each(['0', '5', '9223372036854775807'])('accepts %s', offset => {
    expect(offsetSchema.parse(offset)).toBe(offset);
  });

  it.each([
    '',
    '-1',
    '01',
    '1.0',
    '1e3',
    ' 1',
    'text',
    '9223372036854775808',
    5,
  ])('refuses %j', offset => {
    expect(offsetSchema.safeParse(offset).success).toBe(false);
  });
});
