/** Milliseconds that a cluster gets for each answer while a person waits. */
export const CLUSTER_TIMEOUT_MS = 10_000;
