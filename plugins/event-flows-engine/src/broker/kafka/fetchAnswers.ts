import Decoder from 'kafkajs/src/protocol/decoder';
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder';
import decodeRecordBatch, {
  type DecodedRecord,
} from 'kafkajs/src/protocol/recordBatch/v0/decoder';
import {
  allowanceOfAnswer,
  DecompressionAllowance,
  DecompressionLimitError,
} from '../DecompressionAllowance';
import { hideAborted } from './abortedRecords';

/** From these versions on an answer says more. */
const WITH_LOG_START = 5;
const WITH_SESSION = 7;
const WITH_THROTTLING_BY_CLIENTS = 8;
const WITH_PREFERRED_REPLICA = 11;

/** Where the number of the format stands in a batch, or in what was before batches. */
const MAGIC_AT = 16;
const MAGIC_OF_BATCHES = 2;
/** Less than that is no batch, but the beginning of one that did not fit. */
const MIN_BATCH_BYTES = 49;
const LENGTH_AT = 8;
const ATTRIBUTES_AT = 21;
const COUNT_AT = 57;
const CODEC_MASK = 0x07;
/** What kafkajs makes of a record, however small it is. */
const BYTES_PER_RECORD = 256;

/**
 * Decodes the answer to a read as kafkajs does, and stops where its compressed
 * batches have grown enough: the rest is as if it had not fitted into the
 * answer, and is read again.
 */
export async function decodeFetchAnswer(version: number, answer: Buffer) {
  const decoder = new Decoder(answer);
  const allowance = new DecompressionAllowance();
  const throttleTime = decoder.readInt32();
  const throttling =
    version < WITH_THROTTLING_BY_CLIENTS
      ? { throttleTime }
      : // The broker has not waited and expects the client to do so.
        { throttleTime: 0, clientSideThrottleTime: throttleTime };
  const session =
    version < WITH_SESSION
      ? {}
      : { errorCode: decoder.readInt16(), sessionId: decoder.readInt32() };
  const responses = await decoder.readArrayAsync(async () => ({
    topicName: decoder.readString(),
    partitions: await decoder.readArrayAsync(() =>
      decodePartition(version, decoder, allowance),
    ),
  }));
  return { ...throttling, ...session, responses };
}

/** The names are those of kafkajs, the mistaken one included. */
async function decodePartition(
  version: number,
  decoder: Decoder,
  allowance: DecompressionAllowance,
) {
  const partition = {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: decoder.readInt64().toString(),
    lastStableOffset: decoder.readInt64().toString(),
    ...(version >= WITH_LOG_START && {
      lastStartOffset: decoder.readInt64().toString(),
    }),
  };
  const aborted = decoder.readArray(() => ({
    producerId: decoder.readInt64().toString(),
    firstOffset: decoder.readInt64().toString(),
  }));
  const preferred = version >= WITH_PREFERRED_REPLICA && {
    preferredReadReplica: decoder.readInt32(),
  };
  const messages = await decodeRecords(decoder, allowance);
  hideAborted(messages, aborted);
  return { ...partition, abortedTransactions: [], ...preferred, messages };
}

async function decodeRecords(
  decoder: Decoder,
  allowance: DecompressionAllowance,
): Promise<DecodedRecord[]> {
  const length = decoder.readInt32();
  if (length <= 0 || !decoder.canReadBytes(length)) {
    return [];
  }
  const bytes = decoder.readBytes(length) ?? Buffer.alloc(0);
  if (length <= MAGIC_AT) {
    return [];
  }
  const isOfBatches = bytes.readInt8(MAGIC_AT) === MAGIC_OF_BATCHES;
  const records: DecodedRecord[] = [];
  const part = new Decoder(bytes);
  const next = () =>
    isOfBatches
      ? decodeBatch(part, allowance)
      : decodeMessageSet(part, bytes.length);
  while (part.canReadBytes(isOfBatches ? MIN_BATCH_BYTES : 1)) {
    try {
      const decoded = await allowanceOfAnswer.run(allowance, next);
      // Not as arguments of one call, of which there cannot be so many.
      for (const record of decoded) {
        records.push(record);
      }
    } catch (error) {
      if (isForNextRead(error, allowance)) {
        break;
      }
      throw error;
    }
  }
  return records;
}

async function decodeBatch(
  decoder: Decoder,
  allowance: DecompressionAllowance,
): Promise<DecodedRecord[]> {
  const { buffer, offset } = decoder;
  if (!decoder.canReadBytes(COUNT_AT + 4)) {
    return (await decodeRecordBatch(decoder)).records;
  }
  const count = buffer.readInt32BE(offset + COUNT_AT);
  const isCompressed =
    // eslint-disable-next-line no-bitwise
    (buffer.readInt16BE(offset + ATTRIBUTES_AT) & CODEC_MASK) !== 0;
  if (!isCompressed) {
    if (count > buffer.readInt32BE(offset + LENGTH_AT)) {
      throw new Error(
        `A batch claims to have ${count} records, and is too short`,
      );
    }
    return (await decodeRecordBatch(decoder)).records;
  }
  allowance.assertLeft(count * BYTES_PER_RECORD);
  const { records } = await decodeRecordBatch(decoder);
  allowance.take(records.length * BYTES_PER_RECORD);
  return records;
}

/** What did not fit, into the answer or into what it may grow to. */
function isForNextRead(
  error: unknown,
  allowance: DecompressionAllowance,
): boolean {
  return error instanceof DecompressionLimitError
    ? allowance.isUsed
    : error instanceof Error && error.name === 'KafkaJSPartialMessageError';
}
