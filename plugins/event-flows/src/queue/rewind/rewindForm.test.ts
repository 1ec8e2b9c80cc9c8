import { openRewindForm, rewindToOf } from './rewindForm';

describe('rewindToOf', () => {
  it.each([
    ['the beginning', {}, { kind: 'earliest' }],
    ['the end', { kind: 'latest' }, { kind: 'latest' }],
    [
      'a time',
      { kind: 'timestamp', time: '2026-01-02T03:04' },
      {
        kind: 'timestamp',
        timestamp: new Date('2026-01-02T03:04').toISOString(),
      },
    ],
    [
      'an offset as it is on the screen',
      { kind: 'offset', partition: '2', offset: ' 8,812 ' },
      { kind: 'offset', partition: 2, offset: '8812' },
    ],
    ['no time yet', { kind: 'timestamp' }, undefined],
    ['no offset yet', { kind: 'offset' }, undefined],
    ['no partition', { kind: 'offset', partition: '', offset: '1' }, undefined],
    [
      'half a partition',
      { kind: 'offset', partition: '0.5', offset: '1' },
      undefined,
    ],
    ['an offset that is none', { kind: 'offset', offset: '-1' }, undefined],
  ] as const)('understands %s', (_, entered, to) => {
    expect(rewindToOf({ ...openRewindForm, ...entered })).toEqual(to);
  });
});
