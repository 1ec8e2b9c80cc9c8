import { aHeldUpRecord, aQueue, aStatus } from '../../__testUtils__/fixtures';
import { translate as t } from '../../__testUtils__/translate';
import { heldUpRecordsOf, isSameRecord, placeOf } from './records';

describe('heldUpRecordsOf', () => {
  const heldUp = [aHeldUpRecord()];

  it.each(['blocked', 'retrying'] as const)(
    'knows the records that a queue waits for which is %s',
    phase => {
      const status = aStatus({ phase, heldUp });
      expect(heldUpRecordsOf(aQueue({ state: 'enabled', status }))).toBe(
        heldUp,
      );
    },
  );

  it.each(['starting', 'running', 'paused', 'failed', 'stopped'] as const)(
    'knows none where a queue is %s: something else is to be done',
    phase => {
      const status = aStatus({ phase, heldUp });
      expect(heldUpRecordsOf(aQueue({ state: 'enabled', status }))).toEqual([]);
    },
  );

  it('knows none of a queue that is being stopped', () => {
    const status = aStatus({ phase: 'blocked', heldUp });
    expect(heldUpRecordsOf(aQueue({ state: 'disabled', status }))).toEqual([]);
  });

  it('knows none where the report does not tell', () => {
    const status = aStatus({ phase: 'blocked' });
    expect(heldUpRecordsOf(aQueue({ state: 'enabled', status }))).toEqual([]);
  });
});

describe('placeOf', () => {
  it('names partition and offset, however long', () => {
    const record = { partition: 12, offset: '9223372036854775807' };
    expect(placeOf(record, t)).toBe(
      'Partition 12, offset 9,223,372,036,854,775,807',
    );
  });
});

describe('isSameRecord', () => {
  it('goes by partition and offset', () => {
    const record = aHeldUpRecord({ partition: 2, offset: '17' });
    expect(isSameRecord(record, { partition: 2, offset: '17' })).toBe(true);
    expect(isSameRecord(record, { partition: 3, offset: '17' })).toBe(false);
    expect(isSameRecord(record, { partition: 2, offset: '18' })).toBe(false);
  });
});
