import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import Switch from '@material-ui/core/Switch';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import type {
  Connection,
  TopicList,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useTopics } from '../../api/queries';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Panel';
import { RelativeTime } from '../../components/RelativeTime';
import { SearchField } from '../../components/SearchField';
import { eventFlowsTranslationRef } from '../../translation';
import { TopicsTable } from './TopicsTable';

/** The topics of a connection, narrowed down as wanted. */
export function TopicsPanel(props: {
  connection: Connection;
  onOpenTopic: (topic: string) => void;
}) {
  const { connection } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { data, error, refetch } = useTopics(connection.id);
  const [query, setQuery] = useState('');
  const [showInternal, setShowInternal] = useState(false);

  const candidates = data?.items.filter(
    ({ internal }) => showInternal || !internal,
  );
  const shown = candidates?.filter(({ name }) =>
    name.toLowerCase().includes(query.trim().toLowerCase()),
  );

  const emptyText = () => {
    if (query) {
      return t('connection.noMatch', { query });
    }
    if (data?.unreachable) {
      return t('connection.neverKnown');
    }
    return data?.items.length
      ? t('connection.onlyInternal')
      : t('connection.empty');
  };

  return (
    <>
      {data?.unreachable && (
        <UnreachableNotice
          reason={data.unreachable.message}
          knownAt={data.knownAt}
          onRetry={() => refetch()}
        />
      )}
      {error && (
        <ErrorNotice
          error={error}
          title={t('connection.topicsFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('connection.loadingTopics')} />}
      {shown && (
        <Panel
          title={t('connection.topics')}
          flush
          tools={
            <>
              <FormControlLabel
                control={
                  <Switch
                    color="primary"
                    size="small"
                    checked={showInternal}
                    onChange={event => setShowInternal(event.target.checked)}
                  />
                }
                label={
                  <Typography variant="body2">
                    {t('connection.showInternal')}
                  </Typography>
                }
              />
              <SearchField
                label={t('connection.filter')}
                value={query}
                onChange={setQuery}
              />
            </>
          }
        >
          {shown.length === 0 ? (
            <EmptyNotice text={emptyText()} />
          ) : (
            <TopicsTable
              connectionName={connection.name}
              topics={shown}
              onOpen={props.onOpenTopic}
            />
          )}
        </Panel>
      )}
    </>
  );
}

const useNoticeStyles = makeStyles(
  theme => ({ root: { marginBottom: theme.spacing(2) } }),
  { name: 'EventFlowsUnreachable' },
);

/** Says that the cluster is silent, and from when the rest of the page is. */
function UnreachableNotice(props: {
  reason: string;
  knownAt: TopicList['knownAt'];
  onRetry: () => void;
}) {
  const classes = useNoticeStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <Alert
      severity="warning"
      variant="outlined"
      className={classes.root}
      action={
        <Button color="inherit" size="small" onClick={props.onRetry}>
          {t('failure.tryAgain')}
        </Button>
      }
    >
      <AlertTitle>{t('connection.unreachableTitle')}</AlertTitle>
      <Typography variant="body2">{props.reason}</Typography>
      <Typography variant="body2">
        {props.knownAt
          ? t('connection.lastKnown', {
              when: <RelativeTime at={props.knownAt} />,
            })
          : t('connection.neverKnown')}
      </Typography>
    </Alert>
  );
}
