import answerV11 from 'kafkajs/src/protocol/requests/fetch/v11/response';
import answerV4 from 'kafkajs/src/protocol/requests/fetch/v4/response';
import answerV5 from 'kafkajs/src/protocol/requests/fetch/v5/response';
import answerV7 from 'kafkajs/src/protocol/requests/fetch/v7/response';
import answerV8 from 'kafkajs/src/protocol/requests/fetch/v8/response';
import { DecompressionLimitError } from '../DecompressionAllowance';
import { batchOf, fetchAnswer } from './__testUtils__/fetchAnswer';
import { registerCodecs } from './codecs';
import { decodeFetchAnswer } from './fetchAnswers';

const MIB = 1024 * 1024;
const VERSION = 11;

async function offsetsIn(...partitions: Buffer[][]) {
  const answer = fetchAnswer(
    VERSION,
    partitions.map(batches => Buffer.concat(batches)),
  );
  const { responses } = await decodeFetchAnswer(VERSION, answer);
  return responses[0].partitions.map(({ messages }) =>
    (messages as Array<{ offset: string }>).map(({ offset }) => Number(offset)),
  );
}

const zeros = (mib: number) => [Buffer.alloc(mib * MIB)];

describe('an answer to a read', () => {
  beforeAll(registerCodecs);

  it.each([
    [4, answerV4],
    [5, answerV5],
    [7, answerV7],
    [8, answerV8],
    [11, answerV11],
  ])('is decoded as kafkajs does it, in version %d', async (version, own) => {
    const values = ['a', 'b'].map(value => Buffer.from(value));
    const part = Buffer.concat([batchOf(3, values), batchOf(5, values)]);
    const answer = fetchAnswer(version, [part, Buffer.alloc(0)]);
    const { responses, ...rest } = (await own.decode(answer)) as Awaited<
      ReturnType<typeof decodeFetchAnswer>
    >;
    expect(await decodeFetchAnswer(version, answer)).toEqual({
      ...rest,
      responses: responses.map(({ partitions, ...topic }) => ({
        ...topic,
        // What was aborted is marked already.
        partitions: partitions.map(each => ({
          ...each,
          abortedTransactions: [],
        })),
      })),
    });
  });

  it.each([true, false])(
    'may have a batch of 300,000 records (compressed: %s)',
    async gzip => {
      const values = Array.from({ length: 300_000 }, () => Buffer.from('x'));
      const [offsets] = await offsetsIn([batchOf(10, values, { gzip })]);
      expect(offsets).toHaveLength(300_000);
      expect(offsets.at(-1)).toBe(300_009);
    },
  );

  it('brings what its batches may grow to together, and leaves the rest to the next read', async () => {
    const bombs = [0, 1, 2, 3].map(offset => batchOf(offset, zeros(14)));
    expect(await offsetsIn(bombs, bombs)).toEqual([[0, 1], []]);
    // What is not compressed does not grow.
    const plain = batchOf(9, zeros(0), { gzip: false });
    expect(await offsetsIn(bombs, [plain])).toEqual([[0, 1], [9]]);
  });

  it('brings a batch that grows to more, alone', async () => {
    const large = batchOf(0, zeros(100));
    const small = batchOf(1, zeros(0));
    expect(await offsetsIn([large, small], [small])).toEqual([[0], []]);
    expect(await offsetsIn([small, large], [small])).toEqual([[1], [1]]);
  });

  it('is refused where no batch of it can be read', async () => {
    await expect(offsetsIn([batchOf(0, zeros(129))])).rejects.toThrow(
      DecompressionLimitError,
    );
    const many = batchOf(0, zeros(0), { count: 600_000 });
    await expect(offsetsIn([many])).rejects.toThrow(DecompressionLimitError);
    const mendacious = batchOf(0, zeros(0), { count: 2e9, gzip: false });
    await expect(offsetsIn([mendacious])).rejects.toThrow('claims to have');
  });

  it('may end with the beginning of a batch', async () => {
    const whole = batchOf(0, zeros(0));
    for (const length of [1, 16, 17, 48, 50, whole.length - 1]) {
      const cut = whole.subarray(0, length);
      expect(await offsetsIn([whole, cut])).toEqual([[0]]);
    }
    expect(await offsetsIn([whole.subarray(0, 12)], [whole])).toEqual([
      [],
      [0],
    ]);
  });
});
