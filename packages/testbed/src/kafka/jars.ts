import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Apache Kafka release that is used when EVENT_FLOWS_KAFKA_VERSION names no other. */
const DEFAULT_VERSION = '4.4.0';
const OLDEST_JAVA = 17;

/** A program that the testbed needs is not installed, or too old. */
export class MissingToolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MissingToolError';
  }
}

export interface KafkaJars {
  /** The release, for example "4.4.0". */
  version: string;
  /** What `java -cp` takes. */
  classPath: string;
}

/**
 * Makes sure that Apache Kafka is on this machine and says where.
 *
 * The jars come through Maven, with whatever settings and mirrors it has, into
 * the cache folder (EVENT_FLOWS_CACHE, default `.local/cache` in the repository).
 * Later calls find them there. Callers may race: each fetches into a folder of
 * its own, and the first one to move it into place wins.
 *
 * @throws MissingToolError when Java or Maven has to be installed first.
 */
export async function ensureKafka(): Promise<KafkaJars> {
  await requireJava();
  const version = process.env.EVENT_FLOWS_KAFKA_VERSION ?? DEFAULT_VERSION;
  const cache = cacheFolder();
  const folder = join(cache, `kafka-${version}`);
  if (!existsSync(folder)) {
    await fetchJars(version, cache, folder);
  }
  return { version, classPath: join(folder, '*') };
}

function cacheFolder(): string {
  const root = dirname(require.resolve('../../../../package.json'));
  return resolve(
    root,
    process.env.EVENT_FLOWS_CACHE ?? join('.local', 'cache'),
  );
}

async function requireJava() {
  const hint =
    `Apache Kafka needs Java ${OLDEST_JAVA} or newer. ` +
    'Debian and Ubuntu: apt-get install openjdk-17-jre-headless. macOS: brew install openjdk@17.';
  let banner: string;
  try {
    banner = (await run('java', ['-version'])).stderr;
  } catch (cause) {
    throw new MissingToolError(`There is no working Java. ${hint}`, { cause });
  }
  const major = Number(/version "(\d+)/.exec(banner)?.[1]);
  if (!(major >= OLDEST_JAVA)) {
    throw new MissingToolError(
      `This Java is too old (${banner.split('\n')[0]}). ${hint}`,
    );
  }
}

async function fetchJars(version: string, cache: string, folder: string) {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, `.kafka-${version}-`));
  try {
    await writeFile(join(work, 'pom.xml'), pom(version));
    const jars = join(work, 'jars');
    await maven(work, jars);
    await rename(jars, folder);
  } catch (error) {
    // Someone else was faster; theirs is as good as ours.
    if (!existsSync(folder)) {
      throw error;
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function maven(work: string, jars: string) {
  const args = ['-B', '-q', '-f', join(work, 'pom.xml')];
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
  try {
    await run('mvn', [...args, ...goal], { maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new MissingToolError(
        'Apache Kafka is fetched through Maven, which is not installed. ' +
          'Debian and Ubuntu: apt-get install maven. macOS: brew install maven.',
        { cause },
      );
    }
    const { stdout = '' } = cause as { stdout?: string };
    throw new Error(`Maven could not fetch Apache Kafka:\n${stdout}`, {
      cause,
    });
  }
}

function pom(version: string): string {
  const dependencies = [
    ['org.apache.kafka', 'kafka_2.13', version],
    ['org.apache.kafka', 'kafka-tools', version],
    // Without a logger the broker says nothing, not even that it is ready.
    ['org.slf4j', 'slf4j-simple', '1.7.36'],
  ].map(
    ([group, artifact, release]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${release}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.event-flows</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('\n')}</dependencies>
</project>
`;
}
