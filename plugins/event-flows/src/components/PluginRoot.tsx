import red from '@material-ui/core/colors/red';
import { ThemeProvider, type Theme } from '@material-ui/core/styles';
import type { PropsWithChildren } from 'react';
import { LiveUpdates } from '../api/LiveUpdates';
import { QueryProvider } from '../api/QueryProvider';

/** What every screen of the plugin stands in: its data, and its touch of theme. */
export function PluginRoot({ children }: PropsWithChildren<{}>) {
  return (
    <QueryProvider>
      <LiveUpdates />
      <ThemeProvider theme={adapted}>{children}</ThemeProvider>
    </QueryProvider>
  );
}

/**
 * Buttons say what they do as it is written, as the portal's own do; those of
 * dialogs end where the content above them does; and the small red texts below
 * fields get the contrast that Material UI's red lacks.
 */
function adapted(theme: Theme): Theme {
  const { palette } = theme;
  return {
    ...theme,
    palette: {
      ...palette,
      error: {
        ...palette.error,
        main: palette.type === 'dark' ? red[200] : red[800],
      },
    },
    props: {
      ...theme.props,
      MuiButton: { ...theme.props?.MuiButton, disableElevation: true },
    },
    overrides: {
      ...theme.overrides,
      MuiButtonBase: {
        ...theme.overrides?.MuiButtonBase,
        root: {
          ...theme.overrides?.MuiButtonBase?.root,
          '&:focus-visible': {
            outline: '2px solid currentColor',
            outlineOffset: 2,
          },
        },
      },
      MuiDialogActions: {
        ...theme.overrides?.MuiDialogActions,
        root: {
          ...theme.overrides?.MuiDialogActions?.root,
          padding: theme.spacing(1, 3, 2),
        },
      },
      MuiButton: {
        ...theme.overrides?.MuiButton,
        root: {
          ...theme.overrides?.MuiButton?.root,
          textTransform: 'none',
          whiteSpace: 'nowrap',
        },
      },
    },
  };
}
