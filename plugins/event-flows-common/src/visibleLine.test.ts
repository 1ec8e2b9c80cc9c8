import { BrokerConnectionError } from './errors';
import { visibleLine } from './visibleLine';

describe('visibleLine', () => {
  it.each([
    ['in order', 'in order'],
    ['one\r\ntwo\u0000three', 'one two three'],
    ['\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['user\u202egnp.exe', 'user gnp.exe'],
    ['a\u2028b', 'a b'],
    ['größer 🚀 <b>', 'größer 🚀 <b>'],
    ['   ', ''],
  ])('of %j is %j', (text, line) => {
    expect(visibleLine(text, 100)).toBe(line);
  });

  it('is cut, at a whole character', () => {
    expect(visibleLine('abcdef', 4)).toBe('abc…');
    expect(visibleLine('abcd', 4)).toBe('abcd');
    expect(visibleLine('ab🚀🚀🚀', 4)).toBe('ab…');
  });

  it('has none of the characters that cannot be seen', () => {
    const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
    const left = Array.from({ length: 0x20000 }, (_, code) => code).filter(
      code =>
        invisible.test(visibleLine(`a${String.fromCodePoint(code)}b`, 100)),
    );
    expect(left).toEqual([]);
  });
});

describe('BrokerConnectionError', () => {
  it('says in a line what a broker says, however it says it', () => {
    const { message } = new BrokerConnectionError(
      'unreachable',
      `closed\n\u001b[2J${'x'.repeat(1_000_000)}`,
    );
    expect(message).toMatch(/^closed \[2Jx+…$/);
    expect(message.length).toBeLessThanOrEqual(2000);
  });
});
