import { useMutationState } from '@tanstack/react-query';

/** What the deletion of a connection is filed under. */
export const deletionOf = (connectionId: string) => [
  'delete-connection',
  connectionId,
];

/**
 * Whether this page is deleting the connection, or has: it is not asked for
 * any more, because the answer would only be that it is gone.
 */
export function useIsDeletedHere(connectionId: string): boolean {
  const deletions = useDeletions(connectionId);
  return deletions.includes('pending') || deletions.includes('success');
}

/** Whether this page has deleted the connection a while ago. */
export function useWasDeletedHere(connectionId: string): boolean {
  return useDeletions(connectionId).includes('success');
}

function useDeletions(connectionId: string) {
  return useMutationState({
    filters: { mutationKey: deletionOf(connectionId) },
    select: ({ state }) => state.status,
  });
}
