import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import ToggleButton from '@material-ui/lab/ToggleButton';
import ToggleButtonGroup from '@material-ui/lab/ToggleButtonGroup';
import type { Content } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { formatBytes } from '../format/numbers';
import { eventFlowsTranslationRef } from '../translation';
import { formsOf, isCut, showContent, type ContentForm } from './contentView';

const useStyles = makeStyles(
  theme => ({
    head: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(2),
      marginBottom: theme.spacing(0.5),
    },
    title: { fontWeight: 600 },
    toggle: { textTransform: 'none', padding: theme.spacing(0, 1) },
    content: {
      margin: 0,
      padding: theme.spacing(1),
      maxHeight: 320,
      overflow: 'auto',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.background.default,
      fontFamily: 'monospace',
      fontSize: theme.typography.caption.fontSize,
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'EventFlowsContentView' },
);

/** Bytes of a record or an answer: as JSON, text or in hexadecimal. */
export function ContentView(props: { title: string; content: Content | null }) {
  const { title, content } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const [chosen, setChosen] = useState<ContentForm>();
  const forms = content ? formsOf(content) : [];
  const form = forms.find(known => known === chosen) ?? forms[0];
  return (
    <section aria-label={title}>
      <div className={classes.head}>
        <Typography variant="body2" className={classes.title}>
          {title}
        </Typography>
        <Typography variant="caption" color="textSecondary">
          {content ? formatBytes(content.size) : t('records.none')}
          {content && isCut(content) && ` (${t('records.cut')})`}
        </Typography>
        {forms.length > 1 && (
          <ToggleButtonGroup
            exclusive
            size="small"
            value={form}
            aria-label={t('records.form', { title })}
            onChange={(_event, next: ContentForm | null) =>
              next && setChosen(next)
            }
          >
            {forms.map(known => (
              <ToggleButton
                key={known}
                value={known}
                className={classes.toggle}
              >
                {t(`records.forms.${known}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        )}
      </div>
      {content && form && (
        // Whoever has no mouse scrolls it, too.
        <div
          role="textbox"
          aria-readonly
          aria-multiline
          aria-label={title}
          tabIndex={0}
          className={classes.content}
        >
          {showContent(content, form)}
        </div>
      )}
    </section>
  );
}
