import { AddressPolicy } from '@event-flows/engine';
import { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { StoredBrokerAccess } from '../connections/BrokerAccessReader';
import { OwnerNotifier } from '../incidents/OwnerNotifier';
import {
  type Authorizer,
  FrameworkAuthorizer,
} from '../permissions/Authorizer';
import { OwnershipAuthorizer } from '../permissions/OwnershipAuthorizer';
import { ReceiptRules } from '../receipts/ReceiptRules';
import { SecretBox } from '../secrets/SecretBox';
import type { EventFlowsOptions } from './options';
import { createStores } from './stores';

/** What everything else is made of. */
export type Foundation = ReturnType<typeof createFoundation>;

export function createFoundation(options: EventFlowsOptions) {
  const { config, db, logger, now } = options;
  const stores = createStores(db);
  const box = new SecretBox(config.secrets.keys);
  const directory = new AlgorithmDirectory(options.catalog, config.catalog);
  return {
    ...{ config, logger, now, stores, box, directory },
    access: new StoredBrokerAccess(stores.connections, box),
    addressPolicy: new AddressPolicy(config),
    authorizer: createAuthorizer(options, directory),
    notifier: new OwnerNotifier({
      ...{ notifications: options.notifications, logger },
    }),
    receiptRules: new ReceiptRules(config.receipts),
  };
}

/** The permission framework decides, or ownership where it is switched off. */
function createAuthorizer(
  options: EventFlowsOptions,
  owners: AlgorithmDirectory,
): Authorizer {
  const { auth, config, userInfo } = options;
  const framework = new FrameworkAuthorizer(options.permissions);
  return options.permissionsEnabled
    ? framework
    : new OwnershipAuthorizer({
        administrators: config.administrators,
        ...{ auth, userInfo, owners, forServices: framework },
      });
}
