import {
  AddressPolicy,
  type ResolveName,
} from '../../../address/AddressPolicy';
import type { BrokerDriver, Log } from '../../BrokerDriver';
import type { DialPolicy } from '../../../address/AddressPolicy';
import { KafkaDriver } from '../../kafka/KafkaDriver';
import { PlatformaticDriver } from '../../platformatic/PlatformaticDriver';

interface CreateDriver {
  /** A driver that may dial these brokers. */
  (...allow: string[]): BrokerDriver;
  /** The same, with names that somebody else resolves. */
  resolving(resolve: ResolveName): (...allow: string[]) => BrokerDriver;
}

function creatorOf(
  Driver: new (policy: DialPolicy, log: Log) => BrokerDriver,
): CreateDriver {
  const resolving =
    (resolve?: ResolveName) =>
    (...allow: string[]) => {
      const lists = {
        brokers: { allow, allowPlaintextPasswords: ['plain.test:*'] },
        endpoints: { allow: [] },
      };
      const policy = new AddressPolicy(lists, resolve);
      return new Driver(policy.brokers, () => {});
    };
  return Object.assign(resolving(), { resolving });
}

/** Every driver that there is, by its name in the configuration. */
export const DRIVERS: ReadonlyArray<readonly [string, CreateDriver]> = [
  ['kafkajs', creatorOf(KafkaDriver)],
  ['platformatic', creatorOf(PlatformaticDriver)],
];
