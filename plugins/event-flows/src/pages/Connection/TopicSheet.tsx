import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Drawer from '@material-ui/core/Drawer';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CloseIcon from '@material-ui/icons/Close';
import { useId } from 'react';
import { useTopic } from '../../api/queries';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { Name } from '../../components/Name';
import { eventFlowsTranslationRef } from '../../translation';
import { EditAccessButton } from './EditAccessButton';
import { TopicFacts } from './TopicFacts';
import { TopicAlgorithms } from './TopicAlgorithms';

const WIDTH = 480;

const useStyles = makeStyles(
  theme => ({
    paper: {
      boxSizing: 'border-box',
      width: WIDTH,
      maxWidth: '100vw',
      padding: theme.spacing(2, 3, 3),
    },
    head: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      marginBottom: theme.spacing(2),
    },
    title: { margin: 0, flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
  }),
  { name: 'EventFlowsTopicSheet' },
);

/** A topic and who may read it, beside the list that it was opened from. */
export function TopicSheet(props: {
  connectionId: string;
  topic: string;
  onClose: () => void;
}) {
  const { connectionId, topic, onClose } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const titleId = useId();
  const { data, error, refetch } = useTopic(connectionId, topic);
  return (
    <Drawer
      anchor="right"
      open
      onClose={onClose}
      PaperProps={{
        className: classes.paper,
        role: 'dialog',
        'aria-modal': true,
        'aria-labelledby': titleId,
      }}
    >
      <div className={classes.head}>
        <Typography
          id={titleId}
          variant="h5"
          component="h2"
          className={classes.title}
        >
          <Name>{topic}</Name>
        </Typography>
        <EditAccessButton connectionId={connectionId} topic={topic} />
        <IconButton
          size="small"
          edge="end"
          aria-label={t('topic.close')}
          onClick={onClose}
        >
          <CloseIcon />
        </IconButton>
      </div>
      {error && (
        <ErrorNotice
          error={error}
          title={t('topic.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('topic.loading')} />}
      {data && (
        <>
          <TopicFacts topic={data} />
          <TopicAlgorithms access={data.access} />
        </>
      )}
    </Drawer>
  );
}
