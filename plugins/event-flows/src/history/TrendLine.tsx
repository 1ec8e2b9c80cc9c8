import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import type { QueueTrend } from '@event-flows/backstage-plugin-event-flows-common';
import { formatCount, formatRate } from '../format/numbers';
import { eventFlowsTranslationRef, type Translate } from '../translation';
import { CHART_COLORS } from './chartColors';
import { barsPath, linePath } from './trendPaths';
import { type TrendRange, trendRangeOf } from './trendRange';

/** In pixels. */
const SIZE = { width: 90, height: 18 };
/** Around it, in pixels: a line is half outside of its place. */
const MARGIN = 1;

const useStyles = makeStyles(
  theme => ({
    // To the right in a cell of numbers.
    root: { display: 'block', margin: theme.spacing(0.25, 0, 0, 'auto') },
  }),
  { name: 'EventFlowsTrendLine' },
);

/**
 * What a queue did in the last hour, small: what was delivered per second as a
 * line, the lag as a shade behind it, each from zero to its highest. Nothing
 * where nothing is known.
 */
export function TrendLine({ trend }: { trend: QueueTrend | undefined }) {
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { palette } = useTheme();
  const colors = CHART_COLORS[palette.type];
  const delivered = trend && trendRangeOf(trend.deliveredPerSecond);
  const lag = trend && trendRangeOf(trend.lag);
  if (!delivered || !lag) {
    return null;
  }
  const text = t('trend.summary', {
    delivered: rangeText(delivered, formatRate, t),
    lag: rangeText(lag, formatCount, t),
  });
  const width = SIZE.width + 2 * MARGIN;
  const height = SIZE.height + 2 * MARGIN;
  return (
    <Tooltip title={text}>
      <svg
        role="img"
        aria-label={text}
        className={classes.root}
        {...{ width, height }}
        viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
      >
        <path
          d={barsPath(trend.lag, SIZE)}
          fill={colors.second}
          fillOpacity={0.5}
        />
        <path
          d={linePath(trend.deliveredPerSecond, SIZE)}
          fill="none"
          stroke={colors.first}
          strokeWidth={1.5}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </Tooltip>
  );
}

function rangeText(
  { least, most, now }: TrendRange,
  format: (value: number) => string,
  t: Translate,
): string {
  const range = { least: format(least), most: format(most) };
  return now === undefined
    ? t('trend.range', range)
    : t('trend.rangeAndNow', { ...range, now: format(now) });
}
