import type { Change } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount, formatOffset } from '../../format/numbers';
import { formatExact } from '../../format/time';
import { versionNumber, type KnownVersion } from '../../queue/versionLabel';
import type { Translate } from '../../translation';

/** What was changed about a queue, in a line. */
export function changeText(
  change: Change,
  versions: KnownVersion[],
  t: Translate,
): string {
  const nameOf = (ref: string) =>
    ref === 'latest' ? t('queues.latest') : versionNumber(ref, versions);
  switch (change.kind) {
    case 'access-given':
      return t('change.accessGiven');
    case 'access-renewed':
      return t('change.accessRenewed');
    case 'enabled': {
      const version = nameOf(change.versionRef);
      return withFields(t('change.enabled', { version }), change.fields, t);
    }
    case 'edited': {
      const what =
        change.versionRef === undefined
          ? t('change.edited')
          : t('change.editedVersion', { version: nameOf(change.versionRef) });
      return withFields(what, change.fields, t);
    }
    case 'approved': {
      const { origin, versionRef, fields } = change;
      const version = nameOf(versionRef);
      return withFields(t('change.approved', { origin, version }), fields, t);
    }
    case 'disabled':
      return t('change.disabled');
    case 'moved':
      return t('change.moved', { from: change.from, to: change.to });
    case 'rewound':
      return rewoundText(change.to, t);
    case 'decided': {
      const { action, partition, deadLetterTopic: topic } = change;
      const place = {
        ...{ partition: `${partition}`, offset: formatOffset(change.offset) },
      };
      return action === 'dead-letter' && topic !== undefined
        ? t('change.deadLetteredInto', { ...place, topic })
        : t(`change.decided.${action}`, place);
    }
    case 'purged': {
      const { topic, records } = change;
      return t('change.purged', {
        ...{ count: records, number: formatCount(records), topic },
      });
    }
    default:
      return assertNever(change);
  }
}

function withFields(
  what: string,
  fields: Extract<Change, { kind: 'edited' }>['fields'],
  t: Translate,
): string {
  return fields.length === 0
    ? what
    : t('change.fields', {
        what,
        fields: fields.map(name => t(`change.field.${name}`)).join(', '),
      });
}

function rewoundText(
  to: Extract<Change, { kind: 'rewound' }>['to'],
  t: Translate,
): string {
  switch (to.kind) {
    case 'timestamp':
      return t('change.rewound.timestamp', { time: formatExact(to.timestamp) });
    case 'offset':
      return t('change.rewound.offset', {
        ...{ partition: `${to.partition}`, offset: formatOffset(to.offset) },
      });
    default:
      return t(`change.rewound.${to.kind}`);
  }
}

function assertNever(change: never): never {
  throw new Error(`Unknown change ${JSON.stringify(change)}`);
}
