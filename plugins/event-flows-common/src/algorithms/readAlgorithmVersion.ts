import {
  type Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import semver from 'semver';
import {
  ANNOTATION_ENDPOINT,
  ANNOTATION_FAILURE_POINTER,
  ANNOTATION_VERSION,
} from '../annotations';

/**
 * A version of an algorithm that records can be delivered to.
 *
 * @public
 */
export interface AlgorithmVersion {
  /** Tells it from {@link UnusableAlgorithmVersion}. */
  valid: true;
  /** Entity ref of the version. */
  ref: string;
  /** The catalog's id of the entity; another one of the same name has another. */
  uid?: string;
  /** Entity ref of its algorithm. */
  algorithmRef: string;
  /** Semantic version, normalised. */
  version: string;
  /** URL that records are posted to. */
  endpoint: string;
  /** JSON Pointer; a 2xx answer with a value there is a refusal. */
  failurePointer?: string;
  /** `spec.lifecycle`, like `production` or `deprecated`. */
  lifecycle: string;
}

/**
 * A version that cannot be chosen, and why.
 *
 * @public
 */
export interface UnusableAlgorithmVersion {
  /** Tells it from {@link AlgorithmVersion}. */
  valid: false;
  /** Entity ref of the version. */
  ref: string;
  /** Entity ref of its algorithm, where it names one. */
  algorithmRef?: string;
  /** Semantic version, where it has one. */
  version?: string;
  /** `spec.lifecycle`. */
  lifecycle?: string;
  /** What is wrong and what it should look like. */
  error: string;
}

/**
 * Reads what an algorithm version says about itself: entity in, verdict out.
 * Whether the endpoint may be called is the operator's business
 * (`eventFlows.endpoints.allow`), not the entity's.
 *
 * @public
 */
export function readAlgorithmVersion(
  entity: Entity,
): AlgorithmVersion | UnusableAlgorithmVersion {
  const ref = stringifyEntityRef(entity);
  const { annotations = {}, uid } = entity.metadata;
  const lifecycle = textOf(entity.spec?.lifecycle);
  const algorithmRef = algorithmRefOf(entity);
  const version = semver.valid(annotations[ANNOTATION_VERSION]) ?? undefined;
  const endpoint = annotations[ANNOTATION_ENDPOINT];
  const failurePointer = annotations[ANNOTATION_FAILURE_POINTER];

  const error =
    problemOfVersion(annotations[ANNOTATION_VERSION]) ??
    problemOfEndpoint(endpoint) ??
    problemOfFailurePointer(failurePointer) ??
    (algorithmRef
      ? undefined
      : 'spec.subcomponentOf must name the algorithm, like component:default/sentiment');

  if (error || !version || !algorithmRef || !endpoint) {
    return {
      valid: false,
      ref,
      algorithmRef,
      version,
      lifecycle,
      error: error ?? 'The version is incomplete',
    };
  }
  return {
    valid: true,
    ref,
    ...(uid !== undefined && { uid }),
    algorithmRef,
    version,
    endpoint,
    ...(failurePointer !== undefined && { failurePointer }),
    lifecycle: lifecycle ?? 'unknown',
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

function algorithmRefOf(entity: Entity): string | undefined {
  const parent = textOf(entity.spec?.subcomponentOf);
  if (!parent) {
    return undefined;
  }
  try {
    return stringifyEntityRef(
      parseEntityRef(parent, {
        defaultKind: 'Component',
        defaultNamespace: entity.metadata.namespace,
      }),
    );
  } catch {
    // Not a reference at all: the caller's message says what one looks like.
    return undefined;
  }
}

function problemOfVersion(text: string | undefined): string | undefined {
  if (!text) {
    return `The annotation ${ANNOTATION_VERSION} is missing; set it to a semantic version, like 1.0.2`;
  }
  return semver.valid(text)
    ? undefined
    : `The annotation ${ANNOTATION_VERSION} is not a semantic version; it should look like 1.0.2`;
}

function problemOfEndpoint(text: string | undefined): string | undefined {
  const example = 'https://algorithms.example.com/nlp/sentiment/1.0.2';
  if (!text) {
    return `The annotation ${ANNOTATION_ENDPOINT} is missing; set it to the URL that takes the records, like ${example}`;
  }
  if (!URL.canParse(text)) {
    return `The annotation ${ANNOTATION_ENDPOINT} is not a URL; it should look like ${example}`;
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return `The annotation ${ANNOTATION_ENDPOINT} must be an http or https URL, like ${example}`;
  }
  if (url.username || url.password) {
    return `The annotation ${ANNOTATION_ENDPOINT} must not hold a user or password; the operator configures credentials in eventFlows.endpoints.credentials`;
  }
  return url.hash
    ? `The annotation ${ANNOTATION_ENDPOINT} must not have a fragment (#…)`
    : undefined;
}

function problemOfFailurePointer(text: string | undefined): string | undefined {
  // One expression for all of it would overflow the stack on a very long text.
  const isPointer = !text || (text.startsWith('/') && !/~(?![01])/.test(text));
  return isPointer
    ? undefined
    : `The annotation ${ANNOTATION_FAILURE_POINTER} is not a JSON Pointer; it should look like /error`;
}
