import { useSearchParams } from 'react-router-dom';
import { NO_FILTER, type QueueFilter } from './filterQueues';

const GROUPS: ReadonlyArray<QueueFilter['group']> = [
  ...(['all', 'attention', 'working', 'disabled'] as const),
];

/** The filter is part of the address: it can be kept and passed on. */
export function useQueueFilter(): [QueueFilter, (next: QueueFilter) => void] {
  const [search, setSearch] = useSearchParams();
  const filter: QueueFilter = {
    text: search.get('text') ?? NO_FILTER.text,
    group: GROUPS.find(group => group === search.get('state')) ?? 'all',
    connection: search.get('connection') ?? NO_FILTER.connection,
    owner: search.get('owner') ?? NO_FILTER.owner,
  };
  const set = ({ text, group, connection, owner }: QueueFilter) =>
    setSearch(
      {
        ...(text && { text }),
        ...(group !== 'all' && { state: group }),
        ...(connection && { connection }),
        ...(owner && { owner }),
      },
      { replace: true },
    );
  return [filter, set];
}
