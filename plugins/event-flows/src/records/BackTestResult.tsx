import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  Queue,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
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
import { DifferenceDialog } from './DifferenceDialog';

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
export function BackTestResult(props: { queue: Queue; tally: BackTestTally }) {
  const { queue, tally } = props;
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
          {differences.length > 0 && (
            <Differences queue={queue} trials={differences} />
          )}
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

function Differences(props: {
  queue: Queue;
  trials: readonly BackTestTrial[];
}) {
  const { queue, trials } = props;
  const [{ first, second }] = trials;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [opened, setOpened] = useState<BackTestTrial>();
  const columns: Column<BackTestTrial>[] = [
    {
      id: 'place',
      title: t('records.place'),
      render: trial => (
        <Link
          component="button"
          variant="body2"
          onClick={() => setOpened(trial)}
        >
          {placeOf(trial.place, t)}
        </Link>
      ),
    },
    {
      id: 'first',
      title: <EntityDisplayName entityRef={first.versionRef} hideIcon />,
      render: trial => <Name maxLength={60}>{answerOf(trial.first, t)}</Name>,
    },
    {
      id: 'second',
      title: second && (
        <EntityDisplayName entityRef={second.versionRef} hideIcon />
      ),
      render: trial => (
        <Name maxLength={60}>
          {trial.second ? answerOf(trial.second, t) : t('queues.none')}
        </Name>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={t('backTest.differencesLabel')}
        columns={columns}
        rows={[...trials]}
        rowKey={({ place }) => `${place.partition}:${place.offset}`}
      />
      {opened && (
        <DifferenceDialog
          queue={queue}
          trial={opened}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
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
