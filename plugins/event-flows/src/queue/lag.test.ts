import { aQueue, aStatus } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { knownLag, lagText } from './lag';

describe('lagText', () => {
  it('says no number where nobody knows one', () => {
    const known = aQueue({ status: aStatus({ lag: 1_938 }) });
    expect(lagText(known, t)).toBe('1,938');
    const unknown = aQueue({ status: aStatus({ lag: 0, isLagUnknown: true }) });
    expect(lagText(unknown, t)).toBe('–');
    expect(knownLag(unknown)).toBe(undefined);
    expect(lagText({}, t)).toBe('–');
  });
});
