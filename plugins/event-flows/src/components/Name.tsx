import Tooltip from '@material-ui/core/Tooltip';
import { cutMiddle } from '../format/cutMiddle';
import { VisuallyHidden } from './VisuallyHidden';

/** A name that may be too long: cut in the middle, whole on hover. */
export function Name(props: { children: string; maxLength?: number }) {
  const { children: whole, maxLength = 40 } = props;
  const shown = cutMiddle(whole, maxLength);
  if (shown === whole) {
    return <>{whole}</>;
  }
  return (
    <Tooltip title={whole}>
      <span>
        <span aria-hidden>{shown}</span>
        <VisuallyHidden>{whole}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}
