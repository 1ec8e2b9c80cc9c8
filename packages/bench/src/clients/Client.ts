import { join } from 'node:path';
import { ManagedProcess } from '@event-flows/testbed';
import { CAMEL, compile, PARALLEL_CONSUMER } from '../java/compile';
import { startNode } from '../measure/startNode';
import { toArguments, type ClientTask } from './task';

export type ClientName =
  'handwritten' | 'camel' | 'parallel-consumer' | 'prototype' | 'engine';

/** Something that takes records from Kafka to an endpoint. */
export interface Client {
  name: ClientName;
  /** How people call it. */
  title: string;
  /** Requests that it has under way at once; undefined: as many as it is told. */
  fixedConcurrency?: number;
  /** What a JVM compiles while it runs takes its time. */
  isJvm: boolean;
  /** As separate processes of one consumer group. */
  workers: readonly number[];
  /** One process of it. */
  start(task: ClientTask, logFile: string): Promise<ManagedProcess>;
}

/** Where programs are. */
export interface ClientFolders {
  /** Where those in Java are built, with what they need. */
  cache: string;
  /** Those in Node, built. */
  programs: string;
}

interface Definition {
  name: ClientName;
  prepare(folders: ClientFolders): Promise<Client>;
}

function inNode({
  workers = [1],
  ...rest
}: Pick<Client, 'name' | 'title' | 'fixedConcurrency'> & {
  workers?: number[];
}): Definition {
  return {
    name: rest.name,
    prepare: async ({ programs }) => ({
      ...rest,
      isJvm: false,
      workers,
      start: (task, logFile) =>
        startNode({
          name: rest.title,
          file: join(programs, `${rest.name}.js`),
          args: toArguments(task),
          logFile,
        }),
    }),
  };
}

function inJava({
  program,
  mainClass,
  ...rest
}: Pick<Client, 'name' | 'title' | 'fixedConcurrency'> & {
  program: typeof CAMEL;
  mainClass: string;
}): Definition {
  return {
    name: rest.name,
    async prepare({ cache }) {
      const classPath = await compile(program, cache);
      return {
        ...rest,
        isJvm: true,
        workers: [1],
        start: (task, logFile) =>
          ManagedProcess.start({
            name: rest.title,
            command: 'java',
            args: ['-Xmx1g', '-cp', classPath, mainClass, ...toArguments(task)],
            logFile,
          }),
      };
    },
  };
}

const ALL: readonly Definition[] = [
  inNode({
    name: 'handwritten',
    title: 'kafkajs eachMessage + fetch',
    fixedConcurrency: 1,
  }),
  inJava({
    name: 'camel',
    title: 'Apache Camel',
    fixedConcurrency: 6,
    program: CAMEL,
    mainClass: 'CamelClient',
  }),
  inJava({
    name: 'parallel-consumer',
    title: 'Parallel Consumer',
    program: PARALLEL_CONSUMER,
    mainClass: 'ParallelConsumerClient',
  }),
  inNode({ name: 'prototype', title: 'Bare prototype' }),
  inNode({ name: 'engine', title: 'Event Flows', workers: [1, 2] }),
];

export const CLIENT_NAMES = ALL.map(({ name }) => name);

/** All clients of the tables. Java programs are built first, into the cache. */
export async function prepareClients(
  names: readonly ClientName[],
  folders: ClientFolders,
): Promise<Client[]> {
  const wanted = ALL.filter(({ name }) => names.includes(name));
  return Promise.all(wanted.map(definition => definition.prepare(folders)));
}
