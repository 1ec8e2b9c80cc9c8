import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  latestVersion,
  type AlgorithmVersion,
  type UnusableAlgorithmVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import { DataTable, type Column } from '../../components/DataTable';
import { StateChip } from '../../components/StateChip';
import { VersionNumber } from '../../components/VersionNumber';
import { hostOf } from '../../format/hostOf';
import { eventFlowsTranslationRef } from '../../translation';

type KnownVersion = AlgorithmVersion | UnusableAlgorithmVersion;

const useStyles = makeStyles(
  { host: { overflowWrap: 'anywhere' } },
  { name: 'EventFlowsVersionsTable' },
);

/** Number, lifecycle and endpoint of each version; what is wrong with the others. */
export function VersionsTable(props: {
  algorithm: string;
  versions: KnownVersion[];
}) {
  const { algorithm, versions } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const latest = latestVersion(versions);

  const columns: Column<KnownVersion>[] = [
    {
      id: 'version',
      title: t('versions.version'),
      render: version => (
        <VersionNumber
          lifecycle={version.lifecycle}
          number={
            <EntityRefLink entityRef={version.ref} hideIcon>
              {version.version ??
                version.ref.slice(version.ref.indexOf('/') + 1)}
            </EntityRefLink>
          }
        >
          {version.ref === latest?.ref && (
            <StateChip tone="ok" label={t('versions.latest')} />
          )}
          {!version.valid && (
            <StateChip tone="error" label={t('versions.invalid')} />
          )}
        </VersionNumber>
      ),
    },
    {
      id: 'lifecycle',
      title: t('versions.lifecycle'),
      render: ({ lifecycle }) => lifecycle ?? t('queues.none'),
    },
    {
      id: 'endpoint',
      title: t('versions.endpoint'),
      render: version =>
        version.valid ? (
          <span className={classes.host} title={version.endpoint}>
            {hostOf(version.endpoint)}
          </span>
        ) : (
          <Typography variant="caption" color="error" component="span">
            {version.error}
          </Typography>
        ),
    },
  ];

  return (
    <DataTable
      label={t('versions.tableLabel', { algorithm })}
      columns={columns}
      rows={versions}
      rowKey={({ ref }) => ref}
    />
  );
}
