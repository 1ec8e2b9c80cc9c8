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
  };
}
