import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JAVA_SOURCES } from '../folders';
import { ensureKafka, MissingToolError } from '@event-flows/testbed';

const run = promisify(execFile);

/** A library from Maven: group, artifact, version. */
type Library = readonly [group: string, artifact: string, version: string];

/** A program in Java and what it is built from. */
interface JavaProgram {
  /** Files below `java/`, without their ending. */
  sources: readonly string[];
  /** None: those of Apache Kafka, which the testbed has. */
  libraries?: readonly Library[];
}

/** One binding of the logging façade; logging is no part of what is measured. */
const NO_LOGGING: Library = ['org.slf4j', 'slf4j-nop', '2.0.17'];

export const TOOLS: JavaProgram = {
  sources: [
    'Records',
    'Preload',
    'ArrivalCheck',
    'Connection',
    'Endpoint',
    'LoadGenerator',
  ],
};

export const CAMEL: JavaProgram = {
  sources: ['CamelClient'],
  libraries: [
    ['org.apache.camel', 'camel-main', '4.14.0'],
    ['org.apache.camel', 'camel-kafka', '4.14.0'],
    ['org.apache.camel', 'camel-http', '4.14.0'],
    NO_LOGGING,
  ],
};

export const PARALLEL_CONSUMER: JavaProgram = {
  sources: ['ParallelConsumerClient'],
  libraries: [
    ['io.confluent.parallelconsumer', 'parallel-consumer-vertx', '0.5.3.3'],
    NO_LOGGING,
  ],
};

/**
 * Compiles a program, with its libraries from Maven, into the cache folder; what
 * is there already is used again. Resolves to its class path.
 *
 * @throws MissingToolError when Maven or the Java compiler has to be installed first.
 */
export async function compile(
  { sources, libraries }: JavaProgram,
  cache: string,
): Promise<string> {
  const files = sources.map(source => join(JAVA_SOURCES, `${source}.java`));
  const hash = createHash('sha256').update(JSON.stringify(libraries ?? []));
  for (const file of files) {
    hash.update(await readFile(file));
  }
  const folder = join(cache, `bench-${hash.digest('hex').slice(0, 16)}`);
  const jars = libraries
    ? join(folder, 'jars', '*')
    : (await ensureKafka()).classPath;
  if (!existsSync(folder)) {
    await build(files, libraries, { cache, folder, jars });
  }
  return [join(folder, 'classes'), jars].join(':');
}

async function build(
  files: string[],
  libraries: readonly Library[] | undefined,
  { cache, folder, jars }: { cache: string; folder: string; jars: string },
) {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, '.bench-'));
  try {
    let classPath = jars;
    if (libraries) {
      await writeFile(join(work, 'pom.xml'), pom(libraries));
      await call('mvn', 'maven', [
        ...['-B', '-q', '-f', join(work, 'pom.xml')],
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(work, 'jars')}`,
      ]);
      classPath = join(work, 'jars', '*');
    }
    const target = join(work, 'classes');
    await call('javac', 'openjdk-17-jdk-headless', [
      ...['-d', target, '-cp', classPath],
      ...files,
    ]);
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function call(program: string, debianPackage: string, args: string[]) {
  try {
    await run(program, args, { maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new MissingToolError(
        `The bench needs ${program}, which is not installed. Debian and Ubuntu: apt-get install ${debianPackage}.`,
        { cause },
      );
    }
    const { stdout = '', stderr = '' } = cause as Record<string, string>;
    throw new Error(`${program} failed:\n${stdout}${stderr}`, { cause });
  }
}

function pom(libraries: readonly Library[]): string {
  const dependencies = libraries.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.event-flows</groupId>
  <artifactId>bench</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('\n')}</dependencies>
</project>
`;
}
