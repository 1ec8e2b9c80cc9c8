import RequestQueue from 'kafkajs/src/network/requestQueue';
import Decoder from 'kafkajs/src/protocol/decoder';
import answerV11 from 'kafkajs/src/protocol/requests/fetch/v11/response';
import answerV4 from 'kafkajs/src/protocol/requests/fetch/v4/response';
import { batchOf, fetchAnswer } from './__testUtils__/fetchAnswer';
import { extendKafkajs } from './kafkajsInternals';

/** As Kafka writes numbers that are not negative. */
function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 128);
  }
  return Buffer.from([...bytes, rest]);
}

describe('a record with headers', () => {
  beforeAll(extendKafkajs);

  const readHeader = (decoder: Decoder) => ({ key: decoder.readVarInt() });

  it('is refused when it claims more than it can hold', () => {
    const started = performance.now();
    for (const count of [5, 20_000_000, 1_000_000_000]) {
      const decoder = new Decoder(Buffer.concat([varInt(count), varInt(1)]));
      expect(() => decoder.readVarIntArray(readHeader)).toThrow(
        `claims to have ${count} headers`,
      );
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('is read when it holds them all', () => {
    const bytes = [2, 7, 8].map(varInt);
    const decoder = new Decoder(Buffer.concat(bytes));
    expect([...decoder.readVarIntArray(readHeader)]).toEqual([
      { key: 7 },
      { key: 8 },
    ]);
    expect(new Decoder(varInt(0)).readVarIntArray(readHeader)).toEqual([]);
  });
});

describe('requests that wait', () => {
  beforeAll(extendKafkajs);

  function timersOf(prepare: (queue: RequestQueue) => void): unknown[] {
    const timer = jest
      .spyOn(global, 'setTimeout')
      .mockReturnValue(undefined as never);
    const queue = new RequestQueue({ clientId: 'c', broker: 'b' });
    prepare(queue);
    queue.scheduleCheckPendingRequests();
    const delays = timer.mock.calls.map(([, delay]) => delay);
    timer.mockRestore();
    return delays;
  }

  it('are looked for when there are some, or a broker wants a pause', () => {
    expect(timersOf(queue => queue.pending.push({}))).toEqual([10]);
    const [pause] = timersOf(queue => {
      queue.throttledUntil = Date.now() + 5_000;
    });
    expect(pause).toBeGreaterThan(4_000);
  });

  it('are not looked for in the past, of which Node would warn', () => {
    expect(timersOf(() => {})).toEqual([]);
  });
});

describe('an answer', () => {
  beforeAll(extendKafkajs);

  it.each([
    [4, answerV4],
    [11, answerV11],
  ])(
    'with a batch of 300,000 records can be read, in version %d',
    async (version, answer) => {
      const values = Array.from({ length: 300_000 }, () => Buffer.alloc(0));
      const batch = batchOf(0, values, { gzip: false });
      expect(await answer.decode(fetchAnswer(version, [batch]))).toMatchObject({
        responses: [{ partitions: [{ messages: { length: 300_000 } }] }],
      });
    },
  );
});
