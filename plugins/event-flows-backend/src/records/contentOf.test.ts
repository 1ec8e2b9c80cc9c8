import fc from 'fast-check';
import { contentOf } from './contentOf';

describe('contentOf', () => {
  it('shows text as text, and all else as it is', () => {
    const of = (text: string | Buffer) => {
      const bytes = Buffer.from(text);
      return contentOf({ bytes, size: bytes.length });
    };
    expect(of('grüße')).toEqual({ size: 7, encoding: 'utf8', data: 'grüße' });
    expect(of(Buffer.from([0xff, 0]))).toEqual({
      ...{ size: 2, encoding: 'base64', data: '/wA=' },
    });
    expect(of('')).toEqual({ size: 0, encoding: 'utf8', data: '' });
  });

  it('shows the beginning of text as text, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 2 }),
        fc.nat(),
        (text, at) => {
          const whole = Buffer.from(text.toWellFormed());
          const bytes = whole.subarray(0, at % whole.length);
          const { encoding, data } = contentOf({ bytes, size: whole.length });
          expect(encoding).toBe('utf8');
          expect(text.toWellFormed().startsWith(data)).toBe(true);
          expect(bytes.length - Buffer.byteLength(data)).toBeLessThan(4);
        },
      ),
    );
  });
});
