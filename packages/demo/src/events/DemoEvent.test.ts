import { DEAD_LETTER_TOPICS, TOPICS } from './DemoEvent';

describe('DEAD_LETTER_TOPICS', () => {
  it('has for each topic the one that the portal suggests', () => {
    expect(Object.keys(DEAD_LETTER_TOPICS)).toEqual(
      Object.keys(TOPICS).map(topic => `${topic}.dead-letters`),
    );
  });
});
