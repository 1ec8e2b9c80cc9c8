export interface Config {
  eventFlows?: {
    /** How algorithms are modelled in the catalog. */
    catalog?: {
      /**
       * `spec.type` of the components that are algorithms. Defaults to
       * `algorithm`.
       *
       * @visibility frontend
       */
      algorithmType?: string;
      /**
       * `spec.type` of the components that are versions of an algorithm; must
       * differ from `algorithmType`. Defaults to `algorithm-version`.
       *
       * @visibility frontend
       */
      algorithmVersionType?: string;
    };
  };
}
