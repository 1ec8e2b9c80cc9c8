import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goalsOf, goalsToMarkdown } from './goals';
import { toSvg } from './plot';
import type { IdleQueues, OnePartition, Results } from './results';
import { toMarkdown } from './table';

const BEGIN = '<!-- begin of what `./run bench --document` writes -->';
const END = '<!-- end of it -->';
/** Columns that are lined up would change with every figure. */
const UNFORMATTED = [
  '<!-- prettier-ignore-start -->',
  '<!-- prettier-ignore-end -->',
];

/** Puts the tables and the plot into the documentation. */
export async function writeDocument(
  results: Results,
  docsFolder: string,
): Promise<void> {
  await writeFile(
    join(docsFolder, 'images/performance.svg'),
    toSvg(results.rows),
  );
  const file = join(docsFolder, 'performance.md');
  const text = await readFile(file, 'utf8');
  await writeFile(file, replaceFigures(text, figuresOf(results)));
}

/** @throws Error when the text has no place for figures. */
export function replaceFigures(text: string, figures: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(
      `There is no place for the figures: put a line ${BEGIN} and, below it, a line ${END} into the document`,
    );
  }
  const [from, to] = UNFORMATTED;
  return [
    text.slice(0, begin + BEGIN.length),
    `${from}\n`,
    figures,
    `\n${to}`,
    text.slice(end),
  ].join('\n');
}

/** All that was measured, as Markdown. */
export function figuresOf(results: Results): string {
  const { rows, idleQueues, onePartition, portalP99Ms } = results;
  const { machine, endpointPerSecond } = results;
  return [
    `Measured on ${machine.measuredOn} with ${machine.cores} cores, Node ${machine.node}, Kafka ${machine.kafka}, all on one machine; load average ${machine.loadBefore.toFixed(1)} when it began. The endpoint answers ${endpointPerSecond.toLocaleString('en-US')} requests a second to a bare load generator beside it.`,
    '![Records a second and CPU for a record](images/performance.svg)',
    '### Goals',
    goalsToMarkdown(goalsOf(results)),
    toMarkdown(rows),
    ...(idleQueues.length > 0
      ? ['### Idle queues', idleTable(idleQueues)]
      : []),
    ...(onePartition === null
      ? []
      : ['### One partition', sentenceOf(onePartition)]),
    ...(portalP99Ms === null
      ? []
      : [
          '### The portal',
          `\`GET /api/catalog/entities\` beside a saturated queue: p99 ${portalP99Ms} ms.`,
        ]),
  ].join('\n\n');
}

function sentenceOf({
  records,
  ratePerSecond,
  positionBehindSeconds,
  rssMiB,
}: OnePartition): string {
  const count = (value: number) => value.toLocaleString('en-US');
  return `${count(records)} records of one partition, ${count(ratePerSecond)} a second: the committed position was never more than ${positionBehindSeconds} s behind what was delivered (it is committed once a second), and the process held at most ${rssMiB.early} MiB in the first third of the time and ${rssMiB.late} MiB in the last.`;
}

function idleTable(idleQueues: IdleQueues[]): string {
  return [
    '| queues | RSS MiB | CPU, of a core | TCP connections |',
    '| --- | --- | --- | --- |',
    ...idleQueues.map(
      ({ queues, rssMiB, cpuCores, connections }) =>
        `| ${queues.toLocaleString('en-US')} | ${rssMiB} | ${cpuCores} | ${connections} |`,
    ),
  ].join('\n');
}
