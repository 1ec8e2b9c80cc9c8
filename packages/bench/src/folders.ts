import { dirname, join } from 'node:path';

const PACKAGE = dirname(require.resolve('../package.json'));

/** The repository. */
export const ROOT = join(PACKAGE, '../..');
/** The programs in Java. */
export const JAVA_SOURCES = join(PACKAGE, 'java');
