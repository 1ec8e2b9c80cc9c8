import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import {
  entityRefSchema,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useId, type ReactNode } from 'react';
import { SearchField } from '../../components/SearchField';
import { useNow } from '../../components/useNow';
import { eventFlowsTranslationRef } from '../../translation';
import { groupOf } from '../../queue/attention';
import type { Ownership, QueueFilter } from './filterQueues';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1.5, 2),
      width: '100%',
      paddingBottom: theme.spacing(1),
    },
    select: { minWidth: 170 },
  }),
  { name: 'EventFlowsQueueFilters' },
);

/** Narrows the list of queues down. */
export function QueueFilters(props: {
  queues: Queue[];
  ownership: Ownership;
  filter: QueueFilter;
  onChange: (filter: QueueFilter) => void;
}) {
  const { queues, ownership, filter, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const now = useNow();
  const inAttention = queues.filter(
    q => groupOf(q, now) === 'attention',
  ).length;
  const connections = new Map(
    queues.map(({ connection }) => [connection.id, connection.name]),
  );
  const asked = ['', 'mine'].includes(filter.owner) ? [] : [filter.owner];
  const owners = [
    ...new Set([
      ...queues.flatMap(q => ownership.ownersOf(q.algorithmRef)),
      ...asked,
    ]),
  ].sort();
  return (
    <div className={classes.root}>
      <SearchField
        label={t('allQueues.search')}
        value={filter.text}
        onChange={text => onChange({ ...filter, text })}
      />
      <Select
        label={t('queues.state')}
        value={filter.group}
        onChange={group =>
          onChange({ ...filter, group: group as QueueFilter['group'] })
        }
      >
        <MenuItem value="all">{t('allQueues.allStates')}</MenuItem>
        <MenuItem value="attention">
          {t('allQueues.attention', { count: inAttention })}
        </MenuItem>
        <MenuItem value="working">{t('allQueues.working')}</MenuItem>
        <MenuItem value="disabled">{t('phase.disabled')}</MenuItem>
      </Select>
      <Select
        label={t('queue.connection')}
        value={filter.connection}
        onChange={connection => onChange({ ...filter, connection })}
      >
        <MenuItem value="">{t('allQueues.allConnections')}</MenuItem>
        {filter.connection !== '' && !connections.has(filter.connection) && (
          <MenuItem value={filter.connection}>
            {t('allQueues.goneConnection')}
          </MenuItem>
        )}
        {[...connections].map(([id, name]) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </Select>
      <Select
        label={t('access.owner')}
        value={filter.owner}
        onChange={owner => onChange({ ...filter, owner })}
      >
        <MenuItem value="">{t('allQueues.allOwners')}</MenuItem>
        <MenuItem value="mine">{t('allQueues.mine')}</MenuItem>
        {owners.map(owner => (
          <MenuItem key={owner} value={owner}>
            {entityRefSchema.safeParse(owner).success ? (
              <OwnerName entityRef={owner} />
            ) : (
              owner
            )}
          </MenuItem>
        ))}
      </Select>
    </div>
  );
}

function OwnerName({ entityRef }: { entityRef: string }) {
  return <>{useEntityPresentation(entityRef).primaryTitle}</>;
}

function Select(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  const classes = useStyles();
  const id = useId();
  return (
    <TextField
      select
      id={id}
      size="small"
      variant="outlined"
      className={classes.select}
      label={props.label}
      InputLabelProps={{ shrink: true }}
      SelectProps={{ displayEmpty: true, labelId: `${id}-label` }}
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
    >
      {props.children}
    </TextField>
  );
}
