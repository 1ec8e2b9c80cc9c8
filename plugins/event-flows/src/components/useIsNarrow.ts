import type { Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';

/** Whether the window is too narrow for the wide columns of tables. */
export function useIsNarrow(): boolean {
  return useMediaQuery(({ breakpoints }: Theme) => breakpoints.down('sm'));
}
