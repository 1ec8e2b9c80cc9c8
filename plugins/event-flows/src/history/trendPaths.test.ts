import { barsPath, linePath } from './trendPaths';

const SIZE = { width: 40, height: 10 };

describe('the paths of a trend', () => {
  it('go from zero to the highest value', () => {
    expect(linePath([0, 5, 20, 10], SIZE)).toBe('M5 10h0L15 7.5L25 0L35 5');
    expect(barsPath([0, 5, 20, 10], SIZE)).toBe(
      'M10 10V7.5H20V10zM20 10V0H30V10zM30 10V5H40V10z',
    );
  });

  it('stay at the bottom where there was nothing', () => {
    expect(linePath([0, 0], SIZE)).toBe('M10 10h0L30 10');
    expect(barsPath([0, 0], SIZE)).toBe('');
  });

  it('have gaps where nothing is known, and dots between them', () => {
    expect(linePath([null, 4, null, 2], SIZE)).toBe('M15 0h0M35 5h0');
    expect(barsPath([null, 4, null, 2], SIZE)).toBe(
      'M10 10V0H20V10zM30 10V5H40V10z',
    );
    expect(linePath([null, null], SIZE)).toBe('');
  });
});
