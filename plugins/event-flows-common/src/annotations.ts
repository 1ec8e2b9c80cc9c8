/** The semantic version of an algorithm version. @public */
export const ANNOTATION_VERSION = 'event-flows.io/version';

/** The URL to which an algorithm version takes its records. @public */
export const ANNOTATION_ENDPOINT = 'event-flows.io/endpoint';

/**
 * A JSON Pointer (RFC 6901): a 2xx answer that has a value there is a refusal.
 *
 * @public
 */
export const ANNOTATION_FAILURE_POINTER = 'event-flows.io/failure-pointer';

/** `spec.type` of an algorithm, unless configured otherwise. @public */
export const DEFAULT_ALGORITHM_TYPE = 'algorithm';

/** `spec.type` of an algorithm version, unless configured otherwise. @public */
export const DEFAULT_ALGORITHM_VERSION_TYPE = 'algorithm-version';
