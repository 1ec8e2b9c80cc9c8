import type { Content } from '@event-flows/backstage-plugin-event-flows-common';
import { formsOf, isCut, showContent, summaryOf } from './contentView';

const text = (data: string, size = new TextEncoder().encode(data).length) =>
  ({ size, encoding: 'utf8', data }) satisfies Content;
const bytes: Content = { size: 20, encoding: 'base64', data: '/wA=' };

describe('what is shown of a record', () => {
  it('is JSON where it is JSON, text where it is text, else bytes', () => {
    expect(formsOf(text('{"a":1}'))).toEqual(['json', 'text', 'hex']);
    expect(formsOf(text('hello'))).toEqual(['text', 'hex']);
    expect(formsOf(bytes)).toEqual(['hex']);
    expect(showContent(text('{"a":1}'), 'json')).toBe('{\n  "a": 1\n}');
    expect(showContent(text('hi'), 'hex')).toBe('68 69');
    expect(showContent(bytes, 'hex')).toBe('ff 00');
  });

  it('never shows another number than there is', () => {
    expect(formsOf(text('{"id":12345678901234567890}'))[0]).toBe('text');
  });

  it('is one line in a list', () => {
    expect(summaryOf(text('a\n  b'))).toBe('a b');
    expect(summaryOf(bytes)).toBe('ff 00');
    expect(summaryOf(null)).toBeUndefined();
  });

  it('is known to be cut', () => {
    expect(isCut(text('grüße'))).toBe(false);
    expect(isCut(text('grüße', 100))).toBe(true);
    expect(isCut(bytes)).toBe(true);
  });
});
