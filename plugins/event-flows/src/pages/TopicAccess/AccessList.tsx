import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import type {
  AccessEntry,
  ApiType,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyNotice } from '../../components/EmptyNotice';
import { queueStateLabel } from '../../components/queueView';
import { StateChip } from '../../components/StateChip';
import { eventFlowsTranslationRef } from '../../translation';
import type { AccessDraft } from './accessDraft';
import { ApiTypeSelect } from './ApiTypeSelect';

const useStyles = makeStyles(
  {
    removed: { textDecoration: 'line-through' },
    ref: { display: 'block' },
  },
  { name: 'EventFlowsAccessList' },
);

/** The algorithms with access, what is new and what will be removed. */
export function AccessList(props: {
  draft: AccessDraft;
  access: AccessEntry[];
  apiTypeOf: (ref: string) => ApiType;
  onApiType: (ref: string, apiType: ApiType) => void;
  onRemove: (ref: string) => void;
  onRenew: (ref: string) => void;
  onUndo: (ref: string) => void;
}) {
  const { draft, access, apiTypeOf, onRemove, onRenew, onUndo } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const isAdded = (ref: string) => draft.added.includes(ref);
  const isRemoved = (ref: string) => draft.removed.includes(ref);
  const isRenewed = (ref: string) => draft.renewed.includes(ref);
  const isRecreated = (ref: string) =>
    access.some(
      ({ algorithmRef, recreated }) => algorithmRef === ref && recreated,
    );
  const rows = [...draft.base, ...draft.added];

  if (rows.length === 0) {
    return <EmptyNotice text={t('access.empty')} />;
  }

  const columns: Column<string>[] = [
    {
      id: 'algorithm',
      title: t('access.algorithm'),
      render: ref => (
        <>
          <span className={isRemoved(ref) ? classes.removed : undefined}>
            <EntityRefLink entityRef={ref} hideIcon />
          </span>
          <Typography
            variant="caption"
            color="textPrimary"
            component="span"
            className={classes.ref}
          >
            {ref}
          </Typography>
          {isRecreated(ref) && (
            <Typography variant="caption" color="error" component="p">
              {t('access.recreatedHelp')}
            </Typography>
          )}
        </>
      ),
    },
    {
      id: 'apiType',
      title: t('access.apiType'),
      render: ref => (
        <>
          {isAdded(ref) ? (
            <ApiTypeSelect
              algorithmRef={ref}
              value={apiTypeOf(ref)}
              onChange={apiType => props.onApiType(ref, apiType)}
            />
          ) : (
            t(`access.apiTypes.${apiTypeOf(ref)}`)
          )}
          <Typography variant="caption" color="textPrimary" component="p">
            {t(`access.apiTypesHelp.${apiTypeOf(ref)}`)}
          </Typography>
        </>
      ),
    },
    {
      id: 'queue',
      title: t('access.queue'),
      render: ref => {
        const entry = access.find(({ algorithmRef }) => algorithmRef === ref);
        return entry?.state ? (
          <StateChip
            {...queueStateLabel({ state: entry.state, phase: entry.phase }, t)}
          />
        ) : (
          t('queues.none')
        );
      },
    },
    {
      id: 'change',
      title: t('access.change'),
      render: ref => (
        <>
          {isAdded(ref) && <StateChip tone="ok" label={t('access.added')} />}
          {isRemoved(ref) && (
            <StateChip tone="error" label={t('access.removed')} />
          )}
          {isRenewed(ref) && (
            <StateChip tone="ok" label={t('access.renewed')} />
          )}
        </>
      ),
    },
    {
      id: 'actions',
      title: t('queues.actions'),
      align: 'right',
      render: ref =>
        isAdded(ref) || isRemoved(ref) || isRenewed(ref) ? (
          <Button
            size="small"
            aria-label={t('access.undoLabel', { algorithm: ref })}
            onClick={() => onUndo(ref)}
          >
            {t('access.undo')}
          </Button>
        ) : (
          <>
            {isRecreated(ref) && (
              <Button
                size="small"
                aria-label={t('access.renewLabel', { algorithm: ref })}
                onClick={() => onRenew(ref)}
              >
                {t('access.renew')}
              </Button>
            )}
            <Button
              size="small"
              aria-label={t('access.removeLabel', { algorithm: ref })}
              onClick={() => onRemove(ref)}
            >
              {t('access.remove')}
            </Button>
          </>
        ),
    },
  ];

  return (
    <DataTable
      label={t('access.list')}
      columns={columns}
      rows={rows}
      rowKey={ref => ref}
      isMarked={isAdded}
    />
  );
}
