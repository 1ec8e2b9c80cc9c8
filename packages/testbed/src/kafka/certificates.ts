import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MissingToolError } from './jars';

const run = promisify(execFile);

/** PEM texts of a private certificate authority and what it signed. */
export interface Certificates {
  ca: string;
  clientCert: string;
  clientKey: string;
  /** Another authority, which signed nothing here: for tests of refusal. */
  unrelatedCa: string;
  /** Files for the broker. */
  files: {
    /** Private key and certificate of 127.0.0.1 and localhost. */
    keyStore: string;
    /** The authority that clients' certificates must come from. */
    trustStore: string;
  };
}

// Everything is spelled out, so that the machine's own openssl.cnf has no say.
const OPENSSL_CONFIG = `
[req]
distinguished_name = name
prompt = no
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
`;

/** Makes the certificates in a folder, or reads those that are there already. */
export async function ensureCertificates(
  folder: string,
): Promise<Certificates> {
  const path = (name: string) => join(folder, name);
  const complete = path('complete');
  if (!existsSync(complete)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path('openssl.cnf'), OPENSSL_CONFIG);
    await makeAuthority(folder, 'ca', 'Event Flows test authority');
    await makeAuthority(folder, 'unrelated-ca', 'Unrelated authority');
    await makeSigned(folder, 'server', 'localhost');
    await makeSigned(folder, 'client', 'event-flows-client');
    await writeFile(
      path('server.pem'),
      (await read('server.key')) + (await read('server.crt')),
      { mode: 0o600 },
    );
    await writeFile(complete, '');
  }
  return {
    ca: await read('ca.crt'),
    clientCert: await read('client.crt'),
    clientKey: await read('client.key'),
    unrelatedCa: await read('unrelated-ca.crt'),
    files: { keyStore: path('server.pem'), trustStore: path('ca.crt') },
  };

  function read(name: string) {
    return readFile(path(name), 'utf8');
  }
}

const newKey = (name: string) => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
  ...['-keyout', `${name}.key`, '-config', 'openssl.cnf'],
];

async function makeAuthority(folder: string, name: string, subject: string) {
  await openssl(folder, [
    ...['req', '-x509', ...newKey(name), '-subj', `/CN=${subject}`],
    ...['-days', '3650', '-extensions', 'authority', '-out', `${name}.crt`],
  ]);
}

async function makeSigned(
  folder: string,
  name: 'server' | 'client',
  subject: string,
) {
  await openssl(folder, [
    ...['req', '-new', ...newKey(name), '-subj', `/CN=${subject}`],
    ...['-out', `${name}.csr`],
  ]);
  await openssl(folder, [
    ...['x509', '-req', '-in', `${name}.csr`, '-days', '3650'],
    ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-extfile', 'openssl.cnf', '-extensions', name, '-out', `${name}.crt`],
  ]);
}

async function openssl(cwd: string, args: string[]) {
  try {
    await run('openssl', args, { cwd });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new MissingToolError(
        'Certificates are made with openssl, which is not installed. Debian and Ubuntu: apt-get install openssl.',
        { cause },
      );
    }
    throw cause;
  }
}
