import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import {
  latestVersion,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { eventFlowsTranslationRef } from '../translation';
import { versionNumber, type KnownVersion } from './versionLabel';

const useStyles = makeStyles(
  theme => ({ root: { marginBottom: theme.spacing(3) } }),
  { name: 'EventFlowsVersionChangeNote' },
);

/** What happens to requests that are under way when the version changes. */
export function VersionChangeNote(props: {
  queue: Queue;
  versions: KnownVersion[];
  /** The version that is chosen now. */
  versionRef: string;
}) {
  const { queue, versions, versionRef } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const resolve = (ref: string | undefined) =>
    ref === 'latest' ? latestVersion(versions)?.ref : ref;
  const from = queue.status?.versionRef ?? resolve(queue.versionRef);
  const to = resolve(versionRef);
  if (!from || !to || from === to) {
    return null;
  }
  return (
    <Alert
      severity="info"
      variant="outlined"
      role="status"
      className={classes.root}
    >
      {t('enable.versionChange', {
        from: versionNumber(from, versions),
        to: versionNumber(to, versions),
      })}
    </Alert>
  );
}
