import {
  BrokerConnectionError,
  type BrokerConnectionReason,
} from '@event-flows/backstage-plugin-event-flows-common';
import { AddressNotAllowedError } from '../../address/AddressPolicy';
import { isTlsError } from '../../address/tlsErrors';
import type { BrokerAccess } from '../../types';
import { BrokenAnswerError } from '../guardAnswers';

/** What is known of a failure beside the error itself. */
export interface FailureContext {
  access: BrokerAccess;
  /** What a socket failed with last. */
  socketFailure?: Error;
  /** Topic that was asked about. */
  topic?: string;
  /** Consumer group that was asked about. */
  groupId?: string;
}

/** Turns whatever kafkajs threw into an error with a reason and an advice. */
export function toBrokerConnectionError(
  error: unknown,
  context: FailureContext,
): BrokerConnectionError {
  const failures = [...causesOf(error), ...causesOf(context.socketFailure)];
  const given = failures.find(
    (failure): failure is BrokerConnectionError =>
      failure instanceof BrokerConnectionError,
  );
  if (given) {
    return given;
  }
  const [reason, message] = explain(failures, context);
  return new BrokerConnectionError(reason, message, failures[0]);
}

type Explanation = [reason: BrokerConnectionReason, message: string];

function explain(failures: Failure[], context: FailureContext): Explanation {
  const { access, topic } = context;
  const brokers = access.brokers.join(', ');
  const refused = failures.find(
    failure => failure instanceof AddressNotAllowedError,
  );
  if (refused) {
    return ['not-allowed', refused.message];
  }
  const tls = failures.find(isTlsError);
  if (tls) {
    return ['tls', explainTls(tls, access)];
  }
  const broken = failures.find(failure => failure instanceof BrokenAnswerError);
  if (broken) {
    return explainBroken(broken, brokers);
  }
  const has = (test: RegExp) =>
    failures.some(
      failure => test.test(failure.message) || test.test(failure.type ?? ''),
    );
  if (
    failures.some(
      failure => failure.name === 'KafkaJSSASLAuthenticationError',
    ) ||
    has(/SASL_AUTHENTICATION_FAILED|UNSUPPORTED_SASL|ILLEGAL_SASL/)
  ) {
    return [
      'authentication',
      `The cluster did not accept the sign-in as "${access.sasl?.username}" with ${access.sasl?.mechanism}: check the mechanism, the user and the password`,
    ];
  }
  if (has(/AUTHORIZATION_FAILED/)) {
    return ['authorization', explainAuthorization(has, context)];
  }
  if (has(/UNKNOWN_TOPIC_OR_PARTITION|does not host this topic/)) {
    return [
      'authorization',
      `The cluster has no topic ${topic ?? ''} or does not show it: it was deleted, or an access rule (ACL) is missing`,
    ];
  }
  // OpenSSL's own words, but not those about a handshake.
  if (has(/error:[0-9A-F]{8}:(?!SSL routines)/)) {
    return [
      'tls',
      'The certificates or the client key that were given cannot be used: check that they are whole, that the key is not encrypted, and that it belongs to the client certificate',
    ];
  }
  if (has(/before secure TLS connection/)) {
    return [
      'tls',
      `No encrypted connection came about: the brokers ${brokers} closed it; these ports may speak without TLS`,
    ];
  }
  if (has(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/)) {
    return [
      'unreachable',
      `None of the brokers ${brokers} could be reached (${failures[0].message}): check the host names, the ports and the firewall`,
    ];
  }
  if (has(/Failed to find group coordinator/)) {
    return [
      'unreachable',
      `The brokers ${brokers} name no coordinator for the consumer group${groupName(context)}: the cluster is still starting, or has lost brokers that it needs. If this stays, an access rule (ACL) for the group may be missing`,
    ];
  }
  if (has(/timed? ?out/i)) {
    return [
      'timeout',
      `The brokers ${brokers} did not answer in time: check the addresses, and whether encryption is set as the cluster expects it`,
    ];
  }
  if (has(/closed|ECONNRESET|EPIPE|socket hang up/i)) {
    return explainClosed(brokers, access);
  }
  return [
    'unreachable',
    `The brokers ${brokers} could not be used: ${failures[0]?.message ?? 'unknown reason'}`,
  ];
}

function explainAuthorization(
  has: (test: RegExp) => boolean,
  context: FailureContext,
): string {
  const { access, topic } = context;
  const user = access.sasl
    ? `"${access.sasl.username}"`
    : 'the user of this connection';
  const ask = (what: string) =>
    `ask the cluster's administrator for an access rule (ACL) that allows ${user} ${what}`;
  if (has(/GROUP_AUTHORIZATION_FAILED/)) {
    const group = `the consumer group${groupName(context)}`;
    return `The cluster does not let ${user} join ${group}: ${ask(`to read and describe it (operations READ and DESCRIBE on the group)`)}`;
  }
  if (has(/TOPIC_AUTHORIZATION_FAILED/) && topic !== undefined) {
    return `The cluster does not let ${user} use the topic ${topic}, whether it exists or not: ${ask(`to describe and read it (operations DESCRIBE and READ on the topic; WRITE where it takes undeliverable records)`)}`;
  }
  const place = topic === undefined ? '' : ` on the topic ${topic}`;
  return `The cluster does not let ${user} do this${place}: ${ask('to do it')}`;
}

function groupName({ groupId }: FailureContext): string {
  return groupId === undefined ? '' : ` ${groupId}`;
}

function explainTls(failure: Failure, { tls }: BrokerAccess): string {
  const code = failure.code ?? failure.message;
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/i.test(code)) {
    return `The broker did not accept the client certificate (${code}): ${
      tls?.cert
        ? 'check that it is the right one and still valid'
        : 'it asks for one'
    }`;
  }
  if (/ALTNAME/.test(code)) {
    return `The broker's certificate is for another host name (${code}): use the name that it was issued for`;
  }
  if (/EXPIRED|NOT_YET_VALID/.test(code)) {
    return `The broker's certificate has expired, or is not valid yet (${code}): whoever runs the cluster has to renew it`;
  }
  if (/WRONG_VERSION|PACKET_LENGTH|UNEXPECTED_MESSAGE|ERR_SSL/.test(code)) {
    return `No encrypted connection came about (${code}): this port may speak without TLS, or another version of it`;
  }
  return `The broker's certificate is not trusted (${code}): ${
    tls?.ca
      ? 'the certificate authority given is not the one that signed it'
      : 'give the certificate authority that signed it'
  }`;
}

function explainBroken(
  { isTls, message }: BrokenAnswerError,
  brokers: string,
): Explanation {
  return isTls
    ? [
        'tls',
        `The brokers ${brokers} answer with TLS: they probably expect encryption`,
      ]
    : [
        'unreachable',
        `What answers at ${brokers} does not speak Kafka's protocol (${message}): check the addresses and the ports`,
      ];
}

function explainClosed(brokers: string, access: BrokerAccess): Explanation {
  if (!access.tls) {
    return [
      'tls',
      `The brokers ${brokers} closed the connection before they answered: they probably expect encryption (TLS)${
        access.sasl ? '' : ' or a sign-in'
      }`,
    ];
  }
  if (!access.sasl) {
    return [
      'authentication',
      `The brokers ${brokers} closed the connection before they answered: they probably expect a sign-in`,
    ];
  }
  return ['unreachable', `The brokers ${brokers} closed the connection`];
}

type Failure = Error & { code?: string; type?: string };

/** An error and what caused it; kafkajs wraps up to four times. */
function causesOf(error: unknown): Failure[] {
  const causes: Failure[] = [];
  let current: unknown = error;
  while (current instanceof Error && causes.length < 10) {
    causes.push(current);
    current = current.cause;
  }
  return causes;
}
