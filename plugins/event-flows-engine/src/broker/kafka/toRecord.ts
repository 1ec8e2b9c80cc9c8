import type { KafkaMessage } from 'kafkajs';
import type { BrokerRecord } from '../BrokerDriver';
import { readHeaders } from './kafkajsInternals';

/** A message of kafkajs as the engine knows it. */
export function toRecord(
  partition: number,
  message: KafkaMessage,
): BrokerRecord {
  return {
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: readHeaders(message.headers),
  };
}
