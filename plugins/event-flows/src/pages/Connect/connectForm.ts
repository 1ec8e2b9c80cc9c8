import {
  brokerAddressSchema,
  connectionNameSchema,
  createConnectionSchema,
  saslInputSchema,
  saslMechanismSchema,
  tlsInputSchema,
  type Connection,
  type CreateConnection,
  type SaslMechanism,
} from '@event-flows/backstage-plugin-event-flows-common';

/** What a person enters to connect a cluster. */
export interface ConnectForm {
  name: string;
  brokers: string[];
  encryption: 'none' | 'tls' | 'own-ca';
  ca: string;
  clientCertificate: boolean;
  cert: string;
  key: string;
  mechanism: SaslMechanism | 'none';
  username: string;
  password: string;
}

/** A field of the form. */
export type ConnectField = keyof ConnectForm;

/** What is wrong, by field. */
export type ConnectErrors = Partial<Record<ConnectField, string>>;

/** The form as it opens. */
export const emptyConnectForm: ConnectForm = {
  name: '',
  brokers: [],
  encryption: 'none',
  ca: '',
  clientCertificate: false,
  cert: '',
  key: '',
  mechanism: 'none',
  username: '',
  password: '',
};

/** As it opens to replace a connection: with all of it that is no secret. */
export function formToReplace({
  name,
  brokers,
  tls,
  sasl,
}: Connection): ConnectForm {
  return {
    ...emptyConnectForm,
    name: nextName(name),
    brokers,
    ...(tls && {
      encryption: tls.ca === undefined ? 'tls' : 'own-ca',
      ca: tls.ca ?? '',
      clientCertificate: tls.hasClientKey,
      cert: tls.cert ?? '',
    }),
    ...(sasl && { mechanism: sasl.mechanism, username: sasl.username }),
  };
}

/** Names are unique, and both connections exist for a while. */
function nextName(name: string): string {
  const [, base, number] = /^(.*?)(?:-(\d{1,4}))?$/.exec(name) ?? [];
  return `${base || name}-${Number(number ?? 1) + 1}`;
}

/** The choices of sign-in, as people in the field write them. */
export const saslMechanisms = saslMechanismSchema.options.map(mechanism => ({
  mechanism,
  label: mechanism.toUpperCase(),
}));

/** The brokers in a pasted list, however it is separated. */
export function splitBrokers(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

/** What is wrong with a broker's address, or undefined. */
export function problemOfBroker(broker: string): string | undefined {
  return firstProblem(brokerAddressSchema.safeParse(broker));
}

/** What is wrong with what was entered, by the rules of the backend. */
export function checkConnectForm(form: ConnectForm): ConnectErrors {
  const errors: ConnectErrors = {
    name: firstProblem(connectionNameSchema.safeParse(form.name.trim())),
    brokers: problemOfBrokers(form.brokers),
  };
  if (form.encryption !== 'none') {
    Object.assign(errors, problemsOfTls(form));
  }
  if (form.mechanism !== 'none') {
    const { username, password } = saslInputSchema.shape;
    errors.username = firstProblem(username.safeParse(form.username));
    errors.password = firstProblem(password.safeParse(form.password));
  }
  return Object.fromEntries(
    Object.entries(errors).filter(([, problem]) => problem !== undefined),
  );
}

/** What the API is sent for a checked form. */
export function connectionOf(form: ConnectForm): CreateConnection {
  return {
    name: form.name.trim(),
    type: 'kafka',
    brokers: form.brokers,
    ...(form.encryption !== 'none' && { tls: tlsOf(form) }),
    ...(form.mechanism !== 'none' && {
      sasl: {
        mechanism: form.mechanism,
        username: form.username,
        password: form.password,
      },
    }),
  };
}

function tlsOf(form: ConnectForm): CreateConnection['tls'] {
  const parts = {
    ...(form.encryption === 'own-ca' && { ca: form.ca.trim() }),
    ...(form.clientCertificate && {
      cert: form.cert.trim(),
      key: form.key.trim(),
    }),
  };
  return Object.keys(parts).length > 0 ? parts : true;
}

function problemOfBrokers(brokers: string[]): string | undefined {
  const wrong = brokers.find(broker => problemOfBroker(broker) !== undefined);
  return wrong === undefined
    ? firstProblem(createConnectionSchema.shape.brokers.safeParse(brokers))
    : `${wrong} ${brokerAddressSchema.safeParse(wrong).error?.issues[0].message}`;
}

function problemsOfTls(form: ConnectForm): ConnectErrors {
  const tls = tlsOf(form);
  const errors: ConnectErrors = {};
  if (form.encryption === 'own-ca' && !form.ca.trim()) {
    errors.ca = 'Must not be empty';
  }
  if (tls === true) {
    return errors;
  }
  for (const issue of tlsInputSchema.safeParse(tls).error?.issues ?? []) {
    const [field] = issue.path;
    if (field === 'ca' || field === 'cert' || field === 'key') {
      errors[field] ??= sentence(issue.message);
    }
  }
  return errors;
}

function firstProblem(result: {
  error?: { issues: Array<{ message: string }> };
}): string | undefined {
  const message = result.error?.issues[0]?.message;
  return message && sentence(message);
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
