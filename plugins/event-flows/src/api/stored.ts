/** What was asked is done, though some of it may take longer. */
export interface Stored {
  /** What the backend said of queues that have not been seen to stop yet. */
  stopping?: unknown;
}
