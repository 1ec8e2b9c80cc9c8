import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import RadioGroup from '@material-ui/core/RadioGroup';
import Typography from '@material-ui/core/Typography';
import { FieldGroup } from '../../components/FieldGroup';
import { RadioOption } from '../../components/RadioOption';
import { eventFlowsTranslationRef } from '../../translation';
import type { ConnectForm } from './connectForm';
import type { FieldsProps } from './fields';
import { PemField } from './PemField';

const ENCRYPTIONS: ConnectForm['encryption'][] = ['none', 'tls', 'own-ca'];

/** How the way to the cluster is protected, and how each side shows who it is. */
export function EncryptionFields(props: FieldsProps) {
  const { form, errors, onChange, onLeave } = props;
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  return (
    <FieldGroup legend={t('connect.encryption')}>
      <RadioGroup
        aria-label={t('connect.encryption')}
        value={form.encryption}
        onChange={event => {
          const chosen = ENCRYPTIONS.find(
            value => value === event.target.value,
          );
          onChange({ encryption: chosen ?? 'none' });
        }}
      >
        <RadioOption
          value="none"
          label={t('connect.encryptionNone')}
          help={t('connect.encryptionNoneHelp')}
        />
        <RadioOption
          value="tls"
          label={t('connect.encryptionTls')}
          help={t('connect.encryptionTlsHelp')}
        />
        <RadioOption
          value="own-ca"
          label={t('connect.encryptionOwnCa')}
          help={t('connect.encryptionOwnCaHelp')}
        />
      </RadioGroup>
      {form.encryption === 'own-ca' && (
        <PemField
          label={t('connect.ca')}
          help={t('connect.caHelp')}
          value={form.ca}
          error={errors.ca}
          onChange={ca => onChange({ ca })}
          onLeave={() => onLeave('ca')}
        />
      )}
      {form.encryption !== 'none' && (
        <FormControlLabel
          control={
            <Checkbox
              color="primary"
              size="small"
              checked={form.clientCertificate}
              onChange={event =>
                onChange({ clientCertificate: event.target.checked })
              }
            />
          }
          label={
            <Typography variant="body2">
              {t('connect.clientCertificate')}
            </Typography>
          }
        />
      )}
      {form.encryption !== 'none' && form.clientCertificate && (
        <>
          <PemField
            label={t('connect.cert')}
            help={t('connect.caHelp')}
            value={form.cert}
            error={errors.cert}
            onChange={cert => onChange({ cert })}
            onLeave={() => onLeave('cert')}
          />
          <PemField
            label={t('connect.key')}
            help={t('connect.keyHelp')}
            value={form.key}
            error={errors.key}
            onChange={key => onChange({ key })}
            onLeave={() => onLeave('key')}
          />
        </>
      )}
    </FieldGroup>
  );
}
