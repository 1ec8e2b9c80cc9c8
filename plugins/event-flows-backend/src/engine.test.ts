import { mockServices } from '@backstage/backend-test-utils';
import { writeToLog } from './engine';

describe('writeToLog', () => {
  it('lets no broker write lines of its own into the log', () => {
    const logger = mockServices.logger.mock();
    writeToLog(logger, {
      level: 'warn',
      message: 'kafkajs: closed\n2026-11-26 error: everything is lost',
      fields: { error: `\u001b[2J${'x'.repeat(100_000)}`, deaths: 3 },
    });
    expect(logger.warn.mock.calls).toEqual([
      [
        'kafkajs: closed 2026-11-26 error: everything is lost',
        { error: expect.stringMatching(/^\[2Jx{1000,1999}…$/), deaths: 3 },
      ],
    ]);
    writeToLog(logger, { level: 'info', message: 'started' });
    expect(logger.info.mock.calls).toEqual([['started', undefined]]);
  });
});
