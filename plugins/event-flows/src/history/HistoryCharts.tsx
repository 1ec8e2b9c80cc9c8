import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { QueueHistory } from '@event-flows/backstage-plugin-event-flows-common';
import { DateTime } from 'luxon';
import {
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatApproximate, formatCount, formatRate } from '../format/numbers';
import { formatExact } from '../format/time';
import { eventFlowsTranslationRef } from '../translation';
import { CHART_COLORS } from './chartColors';

const HEIGHT = 180;

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'grid',
      gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
      gap: theme.spacing(2, 3),
      [theme.breakpoints.down('sm')]: { gridTemplateColumns: '1fr' },
    },
    legend: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 2),
      [theme.breakpoints.up('md')]: { minHeight: '3.4em' },
    },
    entry: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
    },
  }),
  { name: 'EventFlowsHistoryCharts' },
);

type Field = Exclude<keyof QueueHistory['points'][number], 'at'>;

/** One line of a chart. */
interface Series {
  field: Field;
  name: string;
  color: string;
  /** Lines are told apart without colours, too. */
  dash?: string;
}

/** Lag and rates over time; in a file of their own, as the library is large. */
export function HistoryCharts({ history }: { history: QueueHistory }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { palette } = useTheme();
  const colors = CHART_COLORS[palette.type];
  return (
    // What they show is also said in words.
    <div className={classes.root} aria-hidden>
      <Chart
        title={t('queue.lag')}
        history={history}
        format={formatCount}
        series={[{ field: 'lag', name: t('queue.lag'), color: colors.first }]}
      />
      <Chart
        title={t('history.perSecond')}
        history={history}
        format={formatRate}
        series={[
          {
            field: 'deliveredPerSecond',
            name: t('queue.counters.delivered'),
            color: colors.first,
          },
          {
            field: 'deadLetteredPerSecond',
            name: t('queue.counters.deadLettered'),
            color: colors.second,
            dash: '4 3',
          },
          {
            field: 'failedPerSecond',
            name: t('history.failedAttempts'),
            color: colors.third,
            dash: '1 3',
          },
        ]}
      />
      <Chart
        title={t('history.latency')}
        hasDots
        history={history}
        format={formatCount}
        series={[
          {
            field: 'latencyP50Ms',
            name: t('history.p50'),
            color: colors.first,
          },
          {
            field: 'latencyP99Ms',
            name: t('history.p99'),
            color: colors.second,
            dash: '4 3',
          },
        ]}
      />
    </div>
  );
}

function Chart(props: {
  title: string;
  history: QueueHistory;
  series: Series[];
  /** Also of steps that stand alone: between others in which nothing was measured. */
  hasDots?: boolean;
  format: (value: number) => string;
}) {
  const { title, history, series, format, hasDots } = props;
  const classes = useStyles();
  const { palette, typography } = useTheme();
  const tick = {
    fill: palette.text.secondary,
    fontSize: typography.caption.fontSize,
  };
  return (
    <div>
      <Typography
        variant="caption"
        color="textSecondary"
        className={classes.legend}
      >
        <span>{title}</span>
        {series.length > 1 &&
          series.map(({ field, name, color, dash }) => (
            <span key={field} className={classes.entry}>
              <svg width={24} height={8}>
                <line
                  {...{ x1: 0, x2: 24, y1: 4, y2: 4, stroke: color }}
                  strokeWidth={2}
                  strokeDasharray={dash}
                />
              </svg>
              {name}
            </span>
          ))}
      </Typography>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <LineChart
          data={history.points}
          margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke={palette.divider} vertical={false} />
          <XAxis
            dataKey="at"
            tick={tick}
            minTickGap={48}
            stroke={palette.divider}
            tickFormatter={(at: string) =>
              DateTime.fromISO(at).toFormat('HH:mm')
            }
          />
          <YAxis
            tick={tick}
            width={48}
            stroke={palette.divider}
            allowDecimals={series[0].field !== 'lag'}
            tickFormatter={formatApproximate}
          />
          <Tooltip
            isAnimationActive={false}
            contentStyle={{
              backgroundColor: palette.background.paper,
              borderColor: palette.divider,
            }}
            labelStyle={{ color: palette.text.secondary }}
            labelFormatter={at => formatExact(String(at))}
            formatter={value => format(Number(value))}
          />
          {series.map(({ field, name, color, dash }) => (
            <Line
              key={field}
              type="linear"
              dataKey={field}
              name={name}
              stroke={color}
              strokeWidth={2}
              strokeDasharray={dash}
              dot={hasDots && { r: 1.5, strokeWidth: 0, fill: color }}
              connectNulls={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
