import { boundDecompression } from './decompression';

export type Library = typeof import('@platformatic/kafka');

/**
 * Which sockets the library opens, and where, hangs on two methods that it
 * exports for whoever extends it, and on its taking no other way: that is read
 * from the source of this version.
 */
const WRITTEN_FOR = '2.12.1';

let loaded: Library | undefined;

/**
 * Loads the library when somebody uses it for the first time: it takes a
 * second and tens of megabytes, which those who use kafkajs should not pay.
 */
export function loadLibrary(): Library {
  loaded ??= load();
  return loaded;
}

function load(): Library {
  const library = requireLibrary();
  if (library.clientSoftwareVersion !== WRITTEN_FOR) {
    throw new Error(
      `Event Flows works with @platformatic/kafka ${WRITTEN_FOR} and found ${library.clientSoftwareVersion}; install that version beside @event-flows/engine`,
    );
  }
  boundDecompression(library);
  return library;
}

function requireLibrary(): Library {
  try {
    // The rule does not know of optional dependencies.
    // eslint-disable-next-line @backstage/no-undeclared-imports
    return require('@platformatic/kafka');
  } catch (cause) {
    throw new Error(
      `The driver "platformatic" needs @platformatic/kafka ${WRITTEN_FOR} beside @event-flows/engine, and a Node that it supports (22.22, 24.6 or newer)`,
      { cause },
    );
  }
}
