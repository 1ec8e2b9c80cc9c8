import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { VersionTrial } from '@event-flows/backstage-plugin-event-flows-common';
import { StateChip } from '../components/StateChip';
import type { Tone } from '../components/StateDot';
import { formatBytes, formatCount } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { ContentView } from './ContentView';

const TONES: Record<VersionTrial['outcome'], Tone> = {
  ...{ delivered: 'ok', retried: 'warning', paused: 'warning' },
  refused: 'error',
};

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-start',
      gap: theme.spacing(1),
      '& > section': { width: '100%' },
    },
    headers: {
      margin: theme.spacing(0.5, 0, 0),
      fontFamily: 'monospace',
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    },
    summary: { cursor: 'pointer' },
  }),
  { name: 'EventFlowsTrialResult' },
);

/** What came of sending a record to a version: how it ended, why, and the answer. */
export function TrialResult(props: {
  trial: VersionTrial;
  /** What follows from that; absent: what a queue would do. */
  consequence?: string;
}) {
  const { trial, consequence } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { outcome, reason, status, latencyMs, request, answer } = trial;
  const facts = [
    status !== undefined && t('records.status', { status: `${status}` }),
    t('records.latency', { ms: formatCount(Math.round(latencyMs)) }),
  ].filter(Boolean);
  return (
    <div className={classes.root} role="status">
      <StateChip
        tone={TONES[outcome]}
        label={t(`records.outcome.${outcome}`)}
      />
      <Typography variant="body2">{facts.join(', ')}</Typography>
      {reason && <Typography variant="body2">{reason}</Typography>}
      <Typography variant="caption" color="textSecondary">
        {consequence ?? t(`records.outcomeText.${outcome}`)}
      </Typography>
      <Typography variant="caption" component="details">
        <summary className={classes.summary}>
          {t('records.request', {
            ...{ url: request.url, size: formatBytes(request.size) },
          })}
        </summary>
        <pre className={classes.headers}>
          {request.headers
            .map(({ name, value }) => `${name}: ${value}`)
            .join('\n')}
        </pre>
      </Typography>
      {answer && answer.size > 0 && (
        <ContentView title={t('records.answer')} content={answer} />
      )}
    </div>
  );
}
