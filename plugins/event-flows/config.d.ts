export interface Config {
  eventFlows?: {
    catalog?: {
      /**
       * `spec.type` of the components that are algorithms. Default: algorithm.
       * @visibility frontend
       */
      algorithmType?: string;
      /**
       * `spec.type` of the components that are versions of algorithms.
       * Default: algorithm-version.
       * @visibility frontend
       */
      algorithmVersionType?: string;
    };
    delivery?: {
      /** Shown where a person leaves a setting to its default. */
      defaults?: {
        /**
         * Where a new queue begins; chosen already where a person enables one.
         * @visibility frontend
         * @deepVisibility frontend
         */
        startFrom?: 'latest' | 'earliest' | { timestamp: string };
        /**
         * Which records wait for each other.
         * @visibility frontend
         */
        ordering?: 'partition' | 'key' | 'none';
        /**
         * Requests under way at once, on each replica.
         * @visibility frontend
         */
        concurrency?: number;
        /**
         * Milliseconds for one request.
         * @visibility frontend
         */
        timeoutMs?: number;
        /**
         * Requests for one record.
         * @visibility frontend
         */
        maxAttempts?: number;
      };
    };
  };
}
