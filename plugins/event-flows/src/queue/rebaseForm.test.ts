import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { aQueue } from '../__testUtils__/fixtures';
import { translate as t } from '../__testUtils__/translate';
import { openForm } from './queueForm';
import { describeTheirs, rebaseForm } from './rebaseForm';

const suggested = { versionRef: 'latest', startFrom: 'latest' } as const;
const base = openForm(
  aQueue({ versionRef: 'latest', settings: defaultQueueSettings }),
  suggested,
);
const theirs = {
  ...base,
  ...{ versionRef: 'component:default/sentiment-1-0-2', maxAttempts: '3' },
  ...({ ordering: 'key', lagAlert: '100' } as const),
};

describe('a form that others changed the queue of', () => {
  it('keeps what was entered and takes over the rest', () => {
    const mine = { ...base, maxAttempts: '5', timeoutSeconds: '2' };
    expect(rebaseForm(mine, base, theirs)).toEqual({
      ...theirs,
      ...{ maxAttempts: '5', timeoutSeconds: '2' },
    });
    expect(rebaseForm(base, base, theirs)).toEqual(theirs);
  });

  it('keeps what belongs together together', () => {
    const withTopic = { ...base, deadLetters: true, deadLetterTopic: 'a' };
    const mine = { ...withTopic, deadLetterTopic: 'b' };
    const off = { ...withTopic, deadLetters: false };
    expect(rebaseForm(mine, withTopic, off)).toEqual(mine);
  });

  it('says what they changed, and nothing else', () => {
    expect(describeTheirs(base, theirs, [], t)).toEqual([
      'Version: sentiment-1-0-2',
      'Order: Within each key',
      'Attempts: 3',
      'Tell the owner from so many waiting records on: 100',
    ]);
    expect(
      describeTheirs(
        { ...base, deadLetters: true, outputTopic: 'answers', lagAlert: '1' },
        base,
        [],
        t,
      ),
    ).toEqual([
      'Dead-letter topic: none',
      'Publish answers to: Nowhere',
      'Tell the owner from so many waiting records on: the default',
    ]);
    expect(describeTheirs(base, base, [], t)).toEqual([]);
  });
});
