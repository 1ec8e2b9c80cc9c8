import { useTranslationRef } from '@backstage/frontend-plugin-api';
import FormHelperText from '@material-ui/core/FormHelperText';
import RadioGroup from '@material-ui/core/RadioGroup';
import Typography from '@material-ui/core/Typography';
import { latestVersion } from '@event-flows/backstage-plugin-event-flows-common';
import { useAlgorithmTypes } from '../api/catalog';
import { FieldGroup } from '../components/FieldGroup';
import { RadioOption } from '../components/RadioOption';
import { VersionNumber } from '../components/VersionNumber';
import { hostOf } from '../format/hostOf';
import { eventFlowsTranslationRef } from '../translation';
import type { FieldsProps } from './fields';
import type { KnownVersion } from './versionLabel';

/** *Latest*, then the versions; those that cannot be chosen say why. */
export function VersionChoice(
  props: FieldsProps & { versions: KnownVersion[] },
) {
  const { form, errors, onChange, versions } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const { algorithmVersionType } = useAlgorithmTypes();
  const latest = latestVersion(versions);
  if (versions.length === 0) {
    return (
      <FieldGroup legend={t('enable.version')}>
        <Typography>
          {t('enable.noVersions', { type: algorithmVersionType })}
        </Typography>
        {errors.versionRef && (
          <FormHelperText error>{errors.versionRef}</FormHelperText>
        )}
      </FieldGroup>
    );
  }
  return (
    <FieldGroup legend={t('enable.version')}>
      <RadioGroup
        aria-label={t('enable.version')}
        aria-invalid={Boolean(errors.versionRef)}
        value={form.versionRef}
        onChange={event => onChange({ versionRef: event.target.value })}
      >
        <RadioOption
          value="latest"
          disabled={!latest}
          label={t('enable.latest')}
          help={
            latest
              ? t('enable.latestIs', { version: latest.version })
              : t('enable.latestNone')
          }
        />
        {versions.map(version => (
          <RadioOption
            key={version.ref}
            value={version.ref}
            disabled={!version.valid}
            label={
              <VersionNumber
                lifecycle={version.lifecycle}
                number={version.version ?? t('enable.unnamed')}
              />
            }
            help={
              version.valid
                ? `${version.lifecycle} · ${hostOf(version.endpoint)}`
                : version.error
            }
          />
        ))}
      </RadioGroup>
      {errors.versionRef && (
        <FormHelperText error>{errors.versionRef}</FormHelperText>
      )}
    </FieldGroup>
  );
}
