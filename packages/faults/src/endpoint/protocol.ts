/** How the endpoint treats all requests, until it is told otherwise. */
export type EndpointMode =
  /** Answers what the record asks for, else this status (200), after some time. */
  | { kind: 'answer'; delayMs: number; status?: number }
  /** Takes requests and never answers. */
  | { kind: 'hang' }
  /** Takes requests and resets their connections. */
  | { kind: 'reset' }
  /** Does not even listen. */
  | { kind: 'down' };

/** The body of a record, as far as the endpoint looks at it. */
export interface RecordBody {
  /** Unique in its run. */
  id: number;
  /** What the first attempts are answered; those that follow get 200. */
  answers?: number[];
}

/** One line of the endpoint's log: a request came, or was answered. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  at: number;
  /** Counts the requests of a topic. */
  request: number;
  partition: number;
  offset: number;
  /** Of the body; missing where that is none of ours. */
  id?: number;
  /** Of the record; missing where it has none. */
  key?: string;
  /** What was answered; missing where the request came. */
  status?: number;
}
