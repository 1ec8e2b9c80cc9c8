import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  HeldUpRecord,
  Queue,
  Receipt,
  ReceiptList,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useRecordReceipts } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { formatCount } from '../../format/numbers';
import { lastAttemptOf } from '../../receipts/lastAttempt';
import { ReceiptView } from '../../receipts/ReceiptView';
import { eventFlowsTranslationRef, type Translate } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
    },
    title: { fontWeight: 600 },
  }),
  { name: 'EventFlowsLastAttempt' },
);

/**
 * The last attempt to deliver a held-up record, with the endpoint's answer as
 * far as its receipt has it.
 */
export function LastAttempt(props: { queue: Queue; record: HeldUpRecord }) {
  const { queue, record } = props;
  const { status, versionRef } = record;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data, error, refetch } = useRecordReceipts(queue.id, record);
  const [found] = data?.items ?? [];
  const attempts = found && lastAttemptOf(found);
  const receipt = attempts && (attempts.request ?? attempts.last);
  const label = t('heldUp.lastAttempt');
  return (
    <section aria-label={label} className={classes.root}>
      <Typography variant="body2" className={classes.title}>
        {label}
      </Typography>
      {error && (
        <ErrorNotice
          error={error}
          title={t('receipts.failed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('receipts.loading')} />}
      {receipt && (
        <ReceiptView
          receipt={{
            ...receipt,
            // Once is enough.
            reason: isSaid(receipt, record) ? undefined : receipt.reason,
          }}
        />
      )}
      {data && !receipt && (
        <>
          {status !== undefined && (
            <Typography variant="body2">
              {t('records.status', { status: `${status}` })}
            </Typography>
          )}
          {versionRef !== undefined && (
            <Typography variant="body2" color="textSecondary">
              <EntityDisplayName entityRef={versionRef} hideIcon />
            </Typography>
          )}
          <Typography variant="body2" color="textSecondary">
            {whyNoAnswer(data, t)}
          </Typography>
        </>
      )}
    </section>
  );
}

function isSaid({ reason = '' }: Receipt, record: HeldUpRecord): boolean {
  return record.reason.includes(reason);
}

function whyNoAnswer(
  { off, maxAgeHours, keptPerQueue }: ReceiptList,
  t: Translate,
): string {
  return off
    ? t('heldUp.answersOff')
    : t('heldUp.noAnswer', {
        ...{ hours: formatCount(maxAgeHours) },
        kept: formatCount(keptPerQueue),
      });
}
