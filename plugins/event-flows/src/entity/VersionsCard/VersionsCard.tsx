import { InfoCard } from '@backstage/core-components';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EntityInfoCard,
  useEntity,
  useEntityPresentation,
} from '@backstage/plugin-catalog-react';
import { useAlgorithmTypes, useAlgorithmVersions } from '../../api/catalog';
import { EmptyNotice } from '../../components/EmptyNotice';
import { ErrorNotice } from '../../components/ErrorNotice';
import { Loading } from '../../components/Loading';
import { PageHeaderContext } from '../../components/PageFrame';
import { useContext } from 'react';
import { eventFlowsTranslationRef } from '../../translation';
import { VersionsTable } from './VersionsTable';

/** The versions of the algorithm that the page is about. */
export function VersionsCard() {
  // Each frontend system has cards of its own on its entity pages.
  const Card =
    useContext(PageHeaderContext) === 'app' ? EntityInfoCard : InfoCard;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { entity } = useEntity();
  const { primaryTitle: algorithm } = useEntityPresentation(entity);
  const { algorithmVersionType } = useAlgorithmTypes();
  const { data, error, refetch } = useAlgorithmVersions(
    stringifyEntityRef(entity),
  );
  return (
    <Card title={t('versions.title')}>
      {error && (
        <ErrorNotice
          error={error}
          title={t('versions.loadFailed')}
          onRetry={() => refetch()}
        />
      )}
      {!data && !error && <Loading label={t('versions.loading')} />}
      {data?.length === 0 && (
        <EmptyNotice
          text={t('versions.empty', { type: algorithmVersionType })}
        />
      )}
      {data && data.length > 0 && (
        <VersionsTable algorithm={algorithm} versions={data} />
      )}
    </Card>
  );
}
