import { createRandomHex } from './randomHex';

describe('createRandomHex', () => {
  it('gives as many bytes as asked for, never the same twice', () => {
    const randomHex = createRandomHex();
    const ids = Array.from({ length: 5_000 }, () => randomHex(8));
    expect(ids.every(id => /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(5_000);
  });

  it('fills its pool anew when it is used up', () => {
    let fills = 0;
    const randomHex = createRandomHex(buffer => {
      fills += 1;
      buffer.fill(fills);
    });
    const seen = Array.from({ length: 1_025 }, () => randomHex(16));
    expect(fills).toBe(3);
    expect(seen[511]).toBe('01'.repeat(16));
    expect(seen[512]).toBe('02'.repeat(16));
  });
});
