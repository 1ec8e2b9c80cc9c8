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
} from '../delivery/outcome';
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

/** Sends one record exactly as delivery would, once; see `BrokerAdmin.tryDelivery`. */
export async function tryDelivery(
  surroundings: TrialSurroundings,
  trial: {
    record: BrokerRecord;
    clusterId: string;
    topic: string;
    target: DeliveryTarget;
    timeoutMs: number;
    signal?: AbortSignal;
  },
): Promise<DeliveryTrial> {
  const { target, record, clusterId, topic } = trial;
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
  return {
    request: {
      url,
      headers: shownHeaders(request.headers, credentials),
      size: request.body.length,
    },
    ...judge(result, destination, surroundings.now()),
    latencyMs: surroundings.now() - beganAt,
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

function judge(
  result: DispatchResult,
  destination: Destination,
  nowMs: number,
): Pick<DeliveryTrial, 'outcome' | 'reason' | 'status' | 'answer'> {
  const { host, failurePointer } = destination;
  const context = { host, failurePointer, nowMs };
  const outcome =
    'error' in result
      ? outcomeOfError(result.error, context)
      : outcomeOfResponse(result.response, context);
  return {
    outcome: ATTEMPT_OUTCOMES[outcome.kind],
    ...(outcome.kind !== 'delivered' && {
      reason: visibleLine(outcome.reason, MAX_REASON_LENGTH),
    }),
    ...('response' in result && {
      status: result.response.status,
      answer: answerExcerpt(result.response, destination, MAX_BODY_BYTES),
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
