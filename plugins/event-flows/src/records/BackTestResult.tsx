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
import {
  summarize,
  type BackTestTally,
  type BackTestTrial,
  type VersionTally,
} from './backTest';
import { summaryOf } from './contentView';

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
export function BackTestResult({ tally }: { tally: BackTestTally }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { first, second, gone, differing, differences } = tally;
  return (
    <div className={classes.root}>
      {first && <VersionResult tally={first} />}
      {second && (
        <>
          <VersionResult tally={second} />
          <Typography variant="body2" className={classes.title}>
            {t('backTest.differences', {
              ...{ count: differing, number: formatCount(differing) },
              ...{ total: formatCount(second.tried) },
            })}
          </Typography>
          {differing > differences.length && (
            <Typography variant="body2">
              {t('backTest.differencesCut', { count: differences.length })}
            </Typography>
          )}
          {differences.length > 0 && <Differences trials={differences} />}
        </>
      )}
      {gone > 0 && (
        <Typography variant="body2">
          {t('backTest.gone', { count: gone, number: formatCount(gone) })}
        </Typography>
      )}
    </div>
  );
}

function VersionResult({ tally }: { tally: VersionTally }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { versionRef, tried, accepted, otherReasons } = tally;
  const { reasons, p50, p99 } = summarize(tally);
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
          value: <EntityDisplayName entityRef={versionRef} hideIcon />,
        },
        {
          label: t('backTest.accepted'),
          value: t('backTest.of', {
            accepted: formatCount(accepted),
            total: formatCount(tried),
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
                value: (
                  <>
                    {reasons.map(({ reason, count }) => (
                      <div key={reason}>
                        {formatCount(count)} × {reason}
                      </div>
                    ))}
                    {otherReasons > 0 &&
                      t('backTest.otherReasons', {
                        number: formatCount(otherReasons),
                      })}
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Differences({ trials }: { trials: readonly BackTestTrial[] }) {
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const columns: Column<BackTestTrial>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: ({ place }) => placeOf(place, t),
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
      rows={[...trials]}
      rowKey={({ place }) => `${place.partition}:${place.offset}`}
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
