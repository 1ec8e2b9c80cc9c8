import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { useId, useRef, type DragEvent } from 'react';
import { eventFlowsTranslationRef } from '../../translation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-end',
      gap: theme.spacing(0.5),
    },
    input: {
      fontFamily: 'monospace',
      fontSize: theme.typography.caption.fontSize,
    },
    file: { display: 'none' },
  }),
  { name: 'EventFlowsPemField' },
);

/** PEM text: pasted, dropped as a file, or chosen. */
export function PemField(props: {
  label: string;
  help: string;
  value: string;
  error?: string;
  onChange: (value: string) => void;
  onLeave: () => void;
}) {
  const { label, onChange } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(eventFlowsTranslationRef);
  const id = useId();
  const fileInput = useRef<HTMLInputElement>(null);

  const read = async (file: File | undefined) => {
    if (file) {
      onChange(await file.text());
    }
  };
  // A browser opens a dropped file unless both are taken over.
  const dragOver = (event: DragEvent) => {
    if (event.dataTransfer.types.includes('Files')) {
      event.preventDefault();
    }
  };
  const drop = (event: DragEvent) => {
    if (event.dataTransfer.files.length > 0) {
      event.preventDefault();
      void read(event.dataTransfer.files[0]);
    }
  };

  return (
    <div className={classes.root} onDragOver={dragOver} onDrop={drop}>
      <TextField
        id={id}
        required
        multiline
        fullWidth
        minRows={3}
        maxRows={8}
        variant="outlined"
        size="small"
        label={label}
        placeholder="-----BEGIN …"
        InputLabelProps={{ shrink: true }}
        InputProps={{ className: classes.input }}
        inputProps={{ spellCheck: false }}
        value={props.value}
        error={Boolean(props.error)}
        helperText={props.error ?? props.help}
        onChange={event => onChange(event.target.value)}
        onBlur={props.onLeave}
      />
      <input
        ref={fileInput}
        type="file"
        tabIndex={-1}
        aria-hidden
        className={classes.file}
        onChange={event => {
          void read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <Button size="small" onClick={() => fileInput.current?.click()}>
        {t('connect.chooseFile')}
      </Button>
    </div>
  );
}
