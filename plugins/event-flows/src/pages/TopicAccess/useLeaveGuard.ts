import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/** Marks the history entry that the guard puts in front of the page. */
const GUARD = 'eventFlowsGuard';

/** Where the person wanted to go. */
type Destination = { kind: 'link'; link: HTMLAnchorElement } | { kind: 'back' };

/**
 * Holds a person back who has unsaved changes: on links anywhere in the app,
 * on the browser's Back, and (in the browser's own words) on a reload.
 *
 * Neither frontend system offers to block a navigation. Links are therefore
 * caught before the router sees the click; and Back first meets a copy of this
 * page's history entry, so that there is still something to hold on to.
 */
export function useLeaveGuard(active: boolean) {
  const location = useLocation();
  const navigate = useNavigate();
  const [destination, setDestination] = useState<Destination>();
  const passing = useRef(false);
  const guarded = useRef(false);
  const isGuardEntry = location.state?.[GUARD] === true;
  const here = `${location.pathname}${location.search}`;

  useEffect(() => {
    if (!active) {
      return undefined;
    }
    const onClick = (event: MouseEvent) => {
      const link = linkThatLeaves(event);
      if (link && !passing.current) {
        event.preventDefault();
        event.stopPropagation();
        setDestination({ kind: 'link', link });
      }
    };
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('click', onClick, true);
    window.addEventListener('beforeunload', onUnload);
    return () => {
      window.removeEventListener('click', onClick, true);
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [active]);

  useEffect(() => {
    if (!active) {
      guarded.current = isGuardEntry;
      return;
    }
    if (passing.current) {
      return;
    }
    if (!guarded.current) {
      guarded.current = true;
      navigate(here, { state: { [GUARD]: true } });
    } else if (isGuardEntry) {
      setDestination(current =>
        current?.kind === 'back' ? undefined : current,
      );
    } else {
      setDestination({ kind: 'back' });
    }
  }, [active, isGuardEntry, here, navigate]);

  return {
    isAsking: destination !== undefined,
    leave: () => {
      passing.current = true;
      setDestination(undefined);
      if (destination?.kind === 'link') {
        destination.link.click();
      } else {
        navigate(-1);
      }
    },
    stay: () => {
      if (destination?.kind === 'back') {
        navigate(here, { state: { [GUARD]: true } });
      }
      setDestination(undefined);
    },
  };
}

/** The link that a click would follow to another page of this tab. */
function linkThatLeaves(event: MouseEvent): HTMLAnchorElement | undefined {
  const link =
    event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain =
    event.button === 0 &&
    !event.metaKey &&
    !event.ctrlKey &&
    !event.shiftKey &&
    !event.altKey;
  return link?.href && isPlain && (!link.target || link.target === '_self')
    ? link
    : undefined;
}
