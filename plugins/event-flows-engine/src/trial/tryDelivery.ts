import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { AddressPolicy } from '../address/AddressPolicy';
import type { BrokerRecord } from '../broker/BrokerDriver';
import {
  CloudEventEncoder,
  UnsendableRecordError,
  type CloudEventRequest,
} from '../delivery/CloudEventRequest';
import {
  HttpDispatcher,
  RequestAbortedError,
  type DispatchResult,
} from '../delivery/HttpDispatcher';
import {
  ATTEMPT_OUTCOMES,
  outcomeOfError,
  outcomeOfResponse,
  type EndpointResponse,
  type Outcome,
} from '../delivery/outcome';
import type { Answers } from '../queue/Answers';
import { destinationOf, type Destination } from '../queue/Destination';
import { MAX_REASON_LENGTH } from '../queue/words';
import type { DeliveryTarget, DeliveryTrial } from '../types';
import { answerExcerpt } from './answerExcerpt';
import { MAX_BODY_BYTES } from './excerpt';

/** What a trial takes from the engine. */
export interface TrialSurroundings {
  policy: AddressPolicy;
  credentials: (endpoint: URL) => Record<string, string>;
  forwardHeaders: ReadonlySet<string>;
  randomHex: (bytes: number) => string;
  now: () => number;
}

/** What is to become of the answer. */
export interface TrialOutput {
  answers: Answers;
  isPublished: boolean;
}

/** Sends one record exactly as delivery would, once; see `BrokerAdmin.tryDelivery`. */
export async function tryDelivery(
  surroundings: TrialSurroundings,
  trial: {
    record: BrokerRecord;
    clusterId: string;
    topic: string;
    target: DeliveryTarget;
    timeoutMs: number;
    /** Absent: nobody wants it. */
    output?: TrialOutput;
    signal?: AbortSignal;
  },
): Promise<DeliveryTrial> {
  const { target, record, clusterId, topic, output } = trial;
  const destination = destinationOf(target, surroundings);
  if (destination.kind === 'unavailable') {
    const { reason } = destination;
    return unsent({ url: '', headers: [], size: 0 }, 'paused', reason);
  }
  const { credentials } = destination;
  const { forwardHeaders, randomHex } = surroundings;
  const url = destination.address.origin + pathOf(destination);
  const encoder = new CloudEventEncoder({
    ...{ clusterId, topic, forwardHeaders, credentials, randomHex },
  });
  let request: CloudEventRequest;
  try {
    request = encoder.encode(record);
  } catch (error) {
    if (error instanceof UnsendableRecordError) {
      const size = record.value?.length ?? 0;
      return unsent({ url, headers: [], size }, 'refused', error.message);
    }
    throw error;
  }
  const beganAt = surroundings.now();
  const result = await dispatch(surroundings, destination, request, trial);
  const endedAt = surroundings.now();
  const response = 'response' in result ? result.response : undefined;
  const answered = outcomeOf(result, destination, endedAt);
  const outcome =
    output && response && answered.kind === 'delivered'
      ? await publish(output, { record, request, response, destination })
      : answered;
  return {
    request: {
      url,
      headers: shownHeaders(request.headers, credentials),
      size: request.body.length,
    },
    ...describe(outcome, response, destination),
    latencyMs: endedAt - beganAt,
  };
}

async function dispatch(
  { policy }: TrialSurroundings,
  destination: Destination,
  request: CloudEventRequest,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<DispatchResult> {
  const dispatcher = new HttpDispatcher(policy.endpoints);
  let giveUp = () => {};
  try {
    return await new Promise<DispatchResult>(resolve => {
      const options = { endpoint: destination.address, request, timeoutMs };
      const stop = dispatcher.send({ ...options, keepBody: true }, resolve);
      giveUp = () => stop(new RequestAbortedError('nobody waits for it'));
      signal?.addEventListener('abort', giveUp);
    });
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await dispatcher.close();
  }
}

function outcomeOf(
  result: DispatchResult,
  { host, failurePointer }: Destination,
  nowMs: number,
): Outcome {
  const context = { host, failurePointer, nowMs };
  return 'error' in result
    ? outcomeOfError(result.error, context)
    : outcomeOfResponse(result.response, context);
}

/** What comes of an answer that was accepted. */
async function publish(
  { answers, isPublished }: TrialOutput,
  of: {
    record: BrokerRecord;
    request: CloudEventRequest;
    response: EndpointResponse;
    destination: Destination;
  },
): Promise<Outcome> {
  const { record, request, response, destination } = of;
  if (response.truncated) {
    return answers.refuseTruncated(response, destination.host);
  }
  const answer = answers.answerOf(response, request, destination);
  return answer && isPublished
    ? answers.publish({ record }, destination, answer)
    : { kind: 'delivered' };
}

function describe(
  outcome: Outcome,
  response: EndpointResponse | undefined,
  destination: Destination,
): Pick<DeliveryTrial, 'outcome' | 'reason' | 'status' | 'answer'> {
  return {
    outcome: ATTEMPT_OUTCOMES[outcome.kind],
    ...(outcome.kind !== 'delivered' && {
      reason: visibleLine(outcome.reason, MAX_REASON_LENGTH),
    }),
    ...(response && {
      status: response.status,
      answer: answerExcerpt(response, destination, MAX_BODY_BYTES),
    }),
  };
}

function unsent(
  request: DeliveryTrial['request'],
  outcome: DeliveryTrial['outcome'],
  reason: string,
): DeliveryTrial {
  return { request, outcome, reason, latencyMs: 0 };
}

/** What the operator configured is for the endpoint alone. */
function shownHeaders(
  headers: readonly string[],
  credentials: Readonly<Record<string, string>>,
): DeliveryTrial['request']['headers'] {
  const secret = new Set(
    Object.keys(credentials).map(name => name.toLowerCase()),
  );
  return Array.from({ length: headers.length / 2 }, (_, index) => {
    const name = headers[2 * index];
    const value = secret.has(name) ? '***' : headers[2 * index + 1];
    return { name, value };
  });
}

function pathOf({ address }: Destination): string {
  const [path] = address.path.split('?');
  return path;
}
