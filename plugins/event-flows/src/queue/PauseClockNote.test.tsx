import { screen } from '@testing-library/react';
import type { PauseClock } from '@event-flows/backstage-plugin-event-flows-common';
import { expectAccessible } from '../__testUtils__/expectAccessible';
import { aQueue, aStatus, ago } from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { renderQueuesTab } from '../__testUtils__/renderQueuesTab';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;

/** The row of a disabled queue with this clock. */
async function rowWith(clock: Partial<PauseClock>) {
  const pauseClock = { deleted: 0, isSizeLimited: false, ...clock };
  const status = aStatus({ phase: 'stopped' });
  renderQueuesTab(
    new InMemoryEventFlows({
      queues: [aQueue({ versionRef: 'latest', status, pauseClock })],
    }),
  );
  return screen.findByRole('row', { name: /reviews/ });
}

describe('the pause clock of a queue', () => {
  it('says when records will be deleted, without alarm while that is far away', async () => {
    const row = await rowWith({
      deletedFrom: ago(-5 * 24 * HOUR - MINUTE),
      retentionMs: WEEK,
    });
    expect(row).toHaveTextContent(
      /Unread records are deleted from \w{3} \d\d:\d\d on \(in 5 days\)/,
    );
    expect(row).not.toHaveTextContent('expire soon');
    expect(row).not.toHaveTextContent('limited in size');
  });

  it('warns before', async () => {
    const row = await rowWith({
      ...{ deletedFrom: ago(-3 * HOUR - MINUTE), retentionMs: WEEK },
      isSizeLimited: true,
    });
    expect(row).toHaveTextContent('Records expire soon');
    expect(row).toHaveTextContent('(in 3 hours)');
    expect(row).toHaveTextContent('limited in size too');
    await expectAccessible();
  });

  it('says how many are gone', async () => {
    const row = await rowWith({
      ...{ deletedFrom: ago(MINUTE), retentionMs: WEEK, deleted: 1_204 },
    });
    expect(row).toHaveTextContent(
      'Some unread records have been deleted already: 1,204 of them',
    );
    expect(row).toHaveTextContent('may be deleted at any moment');
    expect(row).toHaveTextContent('Records lost');
    expect(row).not.toHaveTextContent('expire soon');
    await expectAccessible();
  });

  it('says that a size is limited where no time is', async () => {
    const row = await rowWith({ isSizeLimited: true });
    expect(row).toHaveTextContent('which may delete unread records');
    expect(row).not.toHaveTextContent('expire soon');
  });
});
