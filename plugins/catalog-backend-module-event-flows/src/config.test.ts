import { ConfigReader } from '@backstage/config';
import { readAlgorithmVersionType } from './config';

function read(catalog?: { [key in string]?: string }): string {
  return readAlgorithmVersionType(
    new ConfigReader(catalog && { eventFlows: { catalog } }),
  );
}

describe('readAlgorithmVersionType', () => {
  it('is algorithm-version unless configured', () => {
    expect(read()).toBe('algorithm-version');
    expect(read({ algorithmType: 'model' })).toBe('algorithm-version');
    expect(read({ algorithmVersionType: 'model-version' })).toBe(
      'model-version',
    );
  });

  it.each([
    { algorithmVersionType: 'algorithm' },
    { algorithmType: 'algorithm-version' },
    { algorithmType: 'model', algorithmVersionType: 'model' },
  ])('refuses one type for algorithms and their versions: %j', catalog => {
    expect(() => read(catalog)).toThrow(/need different component types/);
  });
});
