import {
  AddressPolicy,
  type DialPolicy,
  type ResolveName,
} from '../../../address/AddressPolicy';
import type { BrokerDriver, Log } from '../../BrokerDriver';
import { KafkaDriver } from '../../kafka/KafkaDriver';
import { PlatformaticDriver } from '../../platformatic/PlatformaticDriver';

interface CreateDriver {
  /** A driver that may dial these brokers. */
  (...allow: string[]): BrokerDriver;
  /** The same, with names that somebody else resolves. */
  resolving(resolve: ResolveName): (...allow: string[]) => BrokerDriver;
  /** The same, by another policy. */
  deciding(policy: DialPolicy): BrokerDriver;
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
  const deciding = (policy: DialPolicy) => new Driver(policy, () => {});
  return Object.assign(resolving(), { resolving, deciding });
}

/** Every driver that there is, by its name in the configuration. */
export const DRIVERS: ReadonlyArray<readonly [string, CreateDriver]> = [
  ['kafkajs', creatorOf(KafkaDriver)],
  ['platformatic', creatorOf(PlatformaticDriver)],
];
