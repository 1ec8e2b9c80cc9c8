import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { VersionTrial } from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../components/DataTable';
import { FactList } from '../components/FactList';
import { Name } from '../components/Name';
import { formatCount } from '../format/numbers';
import { placeOf } from '../queue/heldUp/records';
import { eventFlowsTranslationRef, type Translate } from '../translation';
import { differing, summarize, type BackTestTrial } from './backTest';
import { summaryOf } from './contentView';

/** Differences that are listed. */
const MAX_DIFFERENCES = 20;

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(2),
      marginTop: theme.spacing(2),
    },
    title: { fontWeight: 600 },
  }),
  { name: 'EventFlowsBackTestResult' },
);

/** What records came to: with each version, and where two of them differ. */
export function BackTestResult({ trials }: { trials: BackTestTrial[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const second = trials.flatMap(trial => trial.second ?? []);
  const differences = differing(trials);
  return (
    <div className={classes.root}>
      <VersionResult trials={trials.map(({ first }) => first)} />
      {second.length > 0 && (
        <>
          <VersionResult trials={second} />
          <Typography variant="body2" className={classes.title}>
            {t('backTest.differences', {
              ...{ count: differences.length },
              ...{ total: formatCount(second.length) },
            })}
          </Typography>
          {differences.length > 0 && (
            <Differences trials={differences.slice(0, MAX_DIFFERENCES)} />
          )}
        </>
      )}
    </div>
  );
}

function VersionResult({ trials }: { trials: VersionTrial[] }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { accepted, reasons, p50, p99 } = summarize(trials);
  const ms = (value: number | undefined) =>
    value === undefined
      ? t('queues.none')
      : t('records.latency', { ms: formatCount(Math.round(value)) });
  return (
    <FactList
      wide
      facts={[
        {
          label: t('enable.version'),
          value: (
            <EntityDisplayName entityRef={trials[0].versionRef} hideIcon />
          ),
        },
        {
          label: t('backTest.accepted'),
          value: t('backTest.of', {
            accepted: formatCount(accepted),
            total: formatCount(trials.length),
          }),
        },
        {
          label: t('backTest.latency'),
          value: `${ms(p50)} / ${ms(p99)}`,
        },
        ...(reasons.length > 0
          ? [
              {
                label: t('backTest.refused'),
                value: reasons.map(({ reason, count }) => (
                  <div key={reason}>
                    {formatCount(count)} × {reason}
                  </div>
                )),
              },
            ]
          : []),
      ]}
    />
  );
}

function Differences({ trials }: { trials: BackTestTrial[] }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<BackTestTrial>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: ({ record }) => placeOf(record, t),
    },
    {
      id: 'first',
      title: t('enable.version'),
      render: ({ first }) => <Name maxLength={60}>{answerOf(first, t)}</Name>,
    },
    {
      id: 'second',
      title: t('backTest.compare'),
      render: ({ second }) => (
        <Name maxLength={60}>
          {second ? answerOf(second, t) : t('queues.none')}
        </Name>
      ),
    },
  ];
  return (
    <DataTable
      label={t('backTest.differencesLabel')}
      columns={columns}
      rows={trials}
      rowKey={({ record }) => `${record.partition}:${record.offset}`}
    />
  );
}

/** Status and answer, in a line. */
function answerOf({ status, answer, outcome }: VersionTrial, t: Translate) {
  return [
    status ?? t(`records.outcome.${outcome}`),
    answer && summaryOf(answer),
  ]
    .filter(Boolean)
    .join(' ');
}
