import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type { TopicRecord } from '@event-flows/backstage-plugin-event-flows-common';
import type { ReactNode } from 'react';
import { FactList } from '../components/FactList';
import { formatExact } from '../format/time';
import { placeOf } from '../queue/heldUp/records';
import { eventFlowsTranslationRef } from '../translation';
import { ContentView } from './ContentView';
import { summaryOf } from './contentView';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(2),
    },
  }),
  { name: 'EventFlowsRecordDetail' },
);

/** One record with all that is in it. */
export function RecordDetail(props: {
  record: TopicRecord;
  /** What else is known, or can be done. */
  children: ReactNode;
}) {
  const { record } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { timestamp, key, value, headers, headersLeftOut } = record;
  return (
    <div className={classes.root}>
      <FactList
        facts={[
          { label: t('records.place'), value: placeOf(record, t) },
          {
            label: t('records.time'),
            value: timestamp ? formatExact(timestamp) : t('queues.none'),
          },
          {
            label: t('records.key'),
            value: summaryOf(key) ?? t('queues.none'),
          },
          {
            label: t('records.headers'),
            value:
              headers.length === 0
                ? t('queues.none')
                : headers.map(({ name, value: content }, index) => (
                    // Names may repeat, and the order never changes.
                    <div key={index}>
                      {name}: {summaryOf(content)}
                    </div>
                  )),
          },
        ]}
      />
      {headersLeftOut > 0 && (
        <Typography variant="caption" color="textSecondary">
          {t('records.headersLeftOut', { count: headersLeftOut })}
        </Typography>
      )}
      <ContentView title={t('records.value')} content={value} />
      {props.children}
    </div>
  );
}
