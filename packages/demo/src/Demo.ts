import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTopics,
  startKafka,
  withAdmin,
  type ManagedProcess,
} from '@event-flows/testbed';
import { startAlgorithmServer } from './algorithms/server';
import { ANSWER_TOPICS, DEAD_LETTER_TOPICS, TOPICS } from './events/DemoEvent';
import { EventProducer } from './events/EventProducer';
import { shopEvents } from './events/shopEvents';
import { ensureAppBuilt } from './parts/appBuild';
import { advertisedBrokers, brokersToAllow } from './parts/brokers';
import { DemoLock } from './parts/lock';
import { PEOPLE } from './parts/people';
import { startPortal, waitForAlgorithms } from './parts/portal';
import { neededPorts, requireFreePorts } from './parts/ports';
import { keptSecret } from './parts/secrets';
import type { Progress } from './Progress';
import type { Settings } from './settings';

const EVENTS_PER_SECOND = 4;

/** Written to `ready.json` in the data folder once everything runs; gone when it stops. */
export interface DemoReady {
  url: string;
  algorithmsUrl: string;
  kafkaBrokers: string[];
  pids: { demo: number; portal: number; kafka?: number };
}

/** Everything that `./run demo` starts, and the order in which it ends. */
export class Demo {
  /** Rejects when a part ends that should run. */
  readonly failed: Promise<never>;

  readonly #stops: (() => Promise<unknown>)[] = [];
  #fail: (error: unknown) => void = () => {};
  #stopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly progress: Progress,
  ) {
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever started the demo hears of it; nobody need listen while it starts.
    this.failed.catch(() => {});
  }

  /** As people type it; the sign-in is bound to this origin. */
  get #url() {
    return `http://localhost:${this.settings.portalPort}`;
  }

  /** As we look at it: some machines try IPv6 first for "localhost". */
  get #localUrl() {
    return `http://127.0.0.1:${this.settings.portalPort}`;
  }

  /** Starts all parts and resolves when the portal can be used. */
  async start(): Promise<void> {
    const { settings, progress } = this;
    const lock = await DemoLock.take(settings.dataDir, {
      url: this.#url,
      pid: process.pid,
    });
    this.#stops.push(() => lock.release());
    await requireFreePorts(neededPorts(settings));
    progress.print('');

    const [kafka] = await Promise.all([
      this.#startKafka(),
      settings.algorithms && this.#startAlgorithms(),
      this.#buildApp(),
    ]);
    const portal = await this.#startPortal();
    await progress.step(
      'Catalog',
      () => waitForAlgorithms(portal, this.#localUrl),
      count => `Catalog: ${count} algorithms`,
    );

    const ready: DemoReady = {
      url: this.#url,
      algorithmsUrl: `http://127.0.0.1:${settings.algorithmsPort}`,
      kafkaBrokers: kafka.brokers,
      pids: { demo: process.pid, portal: portal.pid, kafka: kafka.pid },
    };
    const readyFile = join(settings.dataDir, 'ready.json');
    this.#stops.push(() => rm(readyFile, { force: true }));
    await writeFile(readyFile, `${JSON.stringify(ready, null, 2)}\n`);
    this.#welcome(kafka.brokers);
  }

  /** Ends everything, the last started first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const stop of this.#stops.reverse()) {
      await stop();
    }
  }

  async #startKafka(): Promise<{ brokers: string[]; pid?: number }> {
    const { kafkaBrokers } = this.settings;
    const kafka = kafkaBrokers
      ? { brokers: kafkaBrokers }
      : await this.#startOwnKafka();
    await this.#startEvents(kafka.brokers);
    return kafka;
  }

  async #startOwnKafka() {
    const { kafkaPort, dataDir } = this.settings;
    const kafka = await this.progress.step(
      'Kafka',
      () =>
        startKafka({
          listeners: ['plain'],
          ports: { plain: kafkaPort },
          dataDir: join(dataDir, 'kafka'),
          logFile: this.#logFile('kafka'),
        }),
      ({ version, plain }) => `Kafka ${version} on ${plain.brokers[0]}`,
    );
    this.#stops.push(() => kafka.stop());
    this.#watch(kafka.process);
    return { brokers: kafka.plain.brokers, pid: kafka.pid };
  }

  async #startEvents(brokers: string[]) {
    const { progress, settings } = this;
    const topics = { ...TOPICS, ...ANSWER_TOPICS, ...DEAD_LETTER_TOPICS };
    await progress.step(
      'Topics',
      () =>
        createTopics(
          brokers,
          Object.entries(topics).map(([topic, partitions]) => ({
            topic,
            partitions,
          })),
        ),
      () => `Topics ${Object.keys(topics).join(', ')}`,
    );
    const producer = await EventProducer.connect({
      brokers,
      events: shopEvents(Date.now()),
      onError: error => this.#fail(error),
    });
    this.#stops.push(() => producer.stop());
    if (await isEmpty(brokers, Object.keys(TOPICS))) {
      await progress.step(
        'Events of the past hour',
        () => producer.writeHistory(Date.now()),
        count => `${count} events of the past hour`,
      );
    }
    if (settings.steadyEvents) {
      producer.startSteadily(EVENTS_PER_SECOND);
      progress.print(`  ✓ ${EVENTS_PER_SECOND} events a second`);
    }
  }

  async #startAlgorithms() {
    const server = await this.progress.step(
      'Algorithms',
      () => startAlgorithmServer(this.settings.algorithmsPort),
      ({ versions, url }) => `Algorithms: ${versions} versions on ${url}`,
    );
    this.#stops.push(() => server.close());
  }

  #buildApp() {
    return this.progress.step(
      'App',
      () =>
        ensureAppBuilt({
          root: this.root,
          hashFile: join(this.root, '.local/demo/app.hash'),
          logFile: this.#logFile('app-build'),
          env: this.env,
        }),
      built => (built ? 'App, built' : 'App, unchanged'),
    );
  }

  async #startPortal(): Promise<ManagedProcess> {
    const { settings } = this;
    const portal = await this.progress.step(
      'Portal',
      async () =>
        startPortal({
          root: this.root,
          url: this.#localUrl,
          logFile: this.#logFile('portal'),
          env: {
            ...this.env,
            EVENT_FLOWS_PORT: String(settings.portalPort),
            EVENT_FLOWS_ALGORITHMS_PORT: String(settings.algorithmsPort),
            EVENT_FLOWS_KAFKA_PORT: String(settings.kafkaPort),
            EVENT_FLOWS_DATABASE_DIR: join(settings.dataDir, 'database'),
            EVENT_FLOWS_KEY: await keptSecret(settings.dataDir, 'key'),
            BACKEND_SECRET: await keptSecret(settings.dataDir, 'backend'),
            ...(settings.kafkaBrokers &&
              (await allowBrokers(settings.kafkaBrokers))),
          },
        }),
      () => `Portal on ${this.#url}`,
    );
    this.#stops.push(() => portal.stop({ graceMs: 20_000 }));
    this.#watch(portal);
    return portal;
  }

  /** A part that ends by itself ends the demo. */
  #watch(part: ManagedProcess) {
    part.exited.then(() => {
      if (!this.#stopping) {
        this.#fail(part.failure());
      }
    }, this.#fail);
  }

  #logFile(part: string) {
    return join(this.settings.dataDir, 'logs', `${part}.log`);
  }

  #welcome(brokers: string[]) {
    const people = PEOPLE.map(
      ({ name, role }) => `    ${name.padEnd(18)}${role}`,
    );
    this.progress.print(
      [
        '',
        `  Open ${this.#url} and sign in, without a password, as`,
        '',
        ...people,
        '',
        `  The Kafka to connect in the Queue manager: ${brokers.join(', ')}`,
        `  Logs: ${join(this.settings.dataDir, 'logs')}`,
        '  Ctrl-C ends everything.',
        '',
      ].join('\n'),
    );
  }
}

/** The part of the environment by which Backstage overrides its configuration. */
async function allowBrokers(brokers: string[]): Promise<NodeJS.ProcessEnv> {
  const allow = brokersToAllow(brokers, await advertisedBrokers(brokers));
  return { APP_CONFIG_eventFlows_brokers_allow: JSON.stringify(allow) };
}

async function isEmpty(brokers: string[], topics: string[]): Promise<boolean> {
  return withAdmin(brokers, async admin => {
    const offsets = await Promise.all(
      topics.map(topic => admin.fetchTopicOffsets(topic)),
    );
    return offsets.flat().every(({ high }) => high === '0');
  });
}
