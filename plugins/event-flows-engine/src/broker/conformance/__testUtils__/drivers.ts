import { AddressPolicy } from '../../../address/AddressPolicy';
import type { BrokerDriver } from '../../BrokerDriver';
import { KafkaDriver } from '../../kafka/KafkaDriver';
import { PlatformaticDriver } from '../../platformatic/PlatformaticDriver';

type CreateDriver = (...allow: string[]) => BrokerDriver;

const policyOf = (allow: string[]) =>
  new AddressPolicy({ brokers: { allow }, endpoints: { allow: [] } }).brokers;

/** Every driver that there is, by its name in the configuration. */
export const DRIVERS: ReadonlyArray<readonly [string, CreateDriver]> = [
  ['kafkajs', (...allow) => new KafkaDriver(policyOf(allow), () => {})],
  [
    'platformatic',
    (...allow) => new PlatformaticDriver(policyOf(allow), () => {}),
  ],
];
