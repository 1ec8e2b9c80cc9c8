import { EventEmitter } from 'node:events';
import type { Kafka } from 'kafkajs';
import { commitAsMember } from './commitAsMember';

/**
 * kafkajs is stood in for: when a member of the real one stops, between the
 * tries of a commit, nobody can say.
 */
function kafka({ takes }: { takes: boolean }) {
  const emitter = new EventEmitter();
  const told: string[] = [];
  const tell = (what: string) => async () => void told.push(what);
  const consumer = {
    events: { CRASH: 'crash', COMMIT_OFFSETS: 'commit' },
    on: (name: string, listener: () => void) => emitter.on(name, listener),
    ...{ connect: tell('connect'), subscribe: tell('subscribe') },
    ...{ run: tell('run'), pause: () => {}, disconnect: tell('disconnect') },
    commitOffsets: async () => {
      if (takes) {
        emitter.emit('commit');
      }
    },
  };
  return { kafka: { consumer: () => consumer } as unknown as Kafka, told };
}

const positions = {
  ...{ groupId: 'g', topic: 't' },
  offsets: [{ partition: 0, offset: '7' }],
};

describe('commitAsMember', () => {
  it('commits what the coordinator acknowledges', async () => {
    const world = kafka({ takes: true });
    await commitAsMember(world.kafka, positions);
    expect(world.told.at(-1)).toBe('disconnect');
  });

  it('does not say that it has where kafkajs has left it out', async () => {
    const world = kafka({ takes: false });
    await expect(commitAsMember(world.kafka, positions)).rejects.toThrow(
      'committed nothing',
    );
    expect(world.told.at(-1)).toBe('disconnect');
  });
});
