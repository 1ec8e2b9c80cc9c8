import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import {
  type CopiedPublisher,
  eventFlowsConnectionDeletePermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useRefusal } from '../../../api/useRefusal';
import { GuardedButton } from '../../../components/GuardedButton';
import { eventFlowsTranslationRef } from '../../../translation';

/** No queue is left at the old connection: what else is, and the way to end it. */
export function TakenOver(props: {
  /** Of the old connection. */
  name: string;
  /** Who may publish there, and not yet at the new one. */
  missing: readonly CopiedPublisher[];
  /** Why that is not known; undefined: it is. */
  unknown: string | undefined;
  refusal?: string;
  onCopy: () => void;
  onDelete: () => void;
}) {
  const { name, missing, unknown, refusal, onCopy, onDelete } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const deleteRefusal = useRefusal(eventFlowsConnectionDeletePermission);
  return (
    <>
      <Typography paragraph>{t('replace.nothingLeft', { name })}</Typography>
      {missing.length > 0 ? (
        <>
          <Typography paragraph>
            {t('replace.publishersLeft', {
              ...{ count: missing.length, name },
              list: missing
                .map(({ algorithmRef, topic }) =>
                  t('replace.publisher', { algorithm: algorithmRef, topic }),
                )
                .join(', '),
            })}
          </Typography>
          <GuardedButton
            refusal={refusal}
            variant="contained"
            color="primary"
            onClick={onCopy}
          >
            {t('replace.copyPublishers')}
          </GuardedButton>
        </>
      ) : (
        <GuardedButton
          refusal={deleteRefusal ?? unknown}
          variant="outlined"
          onClick={onDelete}
        >
          {t('replace.deleteOld', { name })}
        </GuardedButton>
      )}
    </>
  );
}
