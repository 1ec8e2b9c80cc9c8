import Tooltip from '@material-ui/core/Tooltip';
import { formatExact, formatRelative } from '../format/time';
import { useNow } from './useNow';

/** When something happened, relative to now, with the exact time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <Tooltip title={formatExact(at)}>
      <time dateTime={at}>{formatRelative(at, now)}</time>
    </Tooltip>
  );
}
