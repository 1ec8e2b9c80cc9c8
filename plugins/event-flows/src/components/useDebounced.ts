import { useEffect, useState } from 'react';

/**
 * A value once it has been at rest for this many milliseconds; an object has to
 * be the same one from one render to the next.
 */
export function useDebounced<T>(value: T, rest: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), rest);
    return () => clearTimeout(timer);
  }, [value, rest]);
  return settled;
}
