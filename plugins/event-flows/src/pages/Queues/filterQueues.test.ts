import { aQueue, aStatus } from '../../__testUtils__/fixtures';
import { filterQueues, NO_FILTER, type Ownership } from './filterQueues';

const mine = 'group:default/nlp';
const ownership: Ownership = {
  ownersOf: ref =>
    ref.endsWith('/sentiment') ? [mine] : ['group:default/iot'],
  mine: new Set(['user:default/nils', mine]),
};
const blocked = aQueue({
  ...{ id: 'a', topic: 'Reviews', state: 'enabled' },
  status: aStatus({ phase: 'blocked' }),
});
const disabled = aQueue({
  ...{ id: 'b', topic: 'sensors', algorithmRef: 'component:default/drift' },
  connection: { id: 'iot', name: 'iot-prod' },
});

describe('filterQueues', () => {
  it.each([
    ['nothing', {}, ['a', 'b']],
    ['text of a topic', { text: ' reviews' }, ['a']],
    ['text of an algorithm', { text: 'DRIFT' }, ['b']],
    ['text of a connection', { text: 'iot-' }, ['b']],
    ['those that want attention', { group: 'attention' as const }, ['a']],
    ['a connection', { connection: 'iot' }, ['b']],
    ['an owner', { owner: 'group:default/iot' }, ['b']],
    ['what is mine', { owner: 'mine' }, ['a']],
    ['what does not go together', { owner: 'mine', connection: 'iot' }, []],
  ])('by %s', (_, filter, ids) => {
    expect(
      filterQueues(
        [blocked, disabled],
        { ...NO_FILTER, ...filter },
        ownership,
        Date.now(),
      ).map(({ id }) => id),
    ).toEqual(ids);
  });
});
