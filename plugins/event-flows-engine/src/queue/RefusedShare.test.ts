import fc from 'fast-check';
import { RefusedShare } from './RefusedShare';

describe('RefusedShare', () => {
  it('is too large with twenty refused, and more than half, of the last fifty', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), results => {
        const share = new RefusedShare();
        results.forEach(refused => share.add(refused ? 'refused' : 'taken'));
        const last = results.slice(-50);
        const refused = last.filter(Boolean).length;
        expect(share.isTooLarge).toBe(
          refused >= 20 && refused / last.length > 0.5,
        );
        expect(share.describe()).toBe(
          `${refused} of the last ${last.length} records were refused`,
        );
      }),
      // So many trues in a row come by chance alone too seldom.
      { examples: [[Array<boolean>(20).fill(true)]] },
    );
  });

  it('begins anew when it is cleared', () => {
    const share = new RefusedShare();
    for (let count = 0; count < 30; count += 1) {
      share.add('refused');
    }
    expect(share.isTooLarge).toBe(true);
    share.clear();
    expect(share.isTooLarge).toBe(false);
  });
});
