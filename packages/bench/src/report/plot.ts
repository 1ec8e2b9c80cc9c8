import type { Row } from './results';
import { titleOf } from './table';

/**
 * Okabe and Ito's colours: told apart also by the colour-blind, and on white as
 * on black. Every bar carries its figure, so no colour has to be trusted.
 */
const COLOURS: Record<Row['client'], string> = {
  handwritten: '#999999',
  camel: '#E69F00',
  'parallel-consumer': '#56B4E9',
  prototype: '#CC79A7',
  engine: '#009E73',
};
/** Grey that can be read on white and on black. */
const TEXT = '#808080';

const WIDTH = 860;
const LABEL_WIDTH = 210;
const FIGURE_WIDTH = 90;
const BAR_HEIGHT = 16;
const BAR_GAP = 5;
const PANEL_GAP = 26;
const TITLE_HEIGHT = 26;
const MARGIN = 12;

interface Panel {
  title: string;
  bars: Array<{ label: string; value: number; text: string; colour: string }>;
}

/** Bars of the rates and of the CPU for a record, a panel for each latency. */
export function toSvg(rows: Row[]): string {
  const shown = rows.filter(
    ({ recordBytes, keys }) => recordBytes === 1_024 && keys === 'uniform',
  );
  const latencies = [...new Set(shown.map(({ latencyMs }) => latencyMs))];
  const panels = latencies.flatMap(latencyMs => {
    const group = shown.filter(row => row.latencyMs === latencyMs);
    return [
      panelOf(
        `Endpoint ${latencyMs} ms: records a second (more is better)`,
        group,
        ({ ratePerSecond }) => ratePerSecond.median,
        0,
      ),
      panelOf(
        `Endpoint ${latencyMs} ms: CPU seconds for 100,000 records (less is better)`,
        group,
        ({ cpuSecondsPer100k }) => cpuSecondsPer100k,
        1,
      ),
    ];
  });
  let y = MARGIN;
  const drawn = panels.map(panel => {
    const text = draw(panel, y);
    y += heightOf(panel) + PANEL_GAP;
    return text;
  });
  const height = Math.max(MARGIN, y - PANEL_GAP + MARGIN);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}">
<title>Records a second and CPU for a record, 1 KiB records, uniform keys</title>
${drawn.join('\n')}
</svg>
`;
}

function panelOf(
  title: string,
  rows: Row[],
  valueOf: (row: Row) => number,
  digits: number,
): Panel {
  return {
    title,
    bars: rows.map(row => ({
      label: titleOf(row),
      value: valueOf(row),
      text: valueOf(row).toLocaleString('en-US', {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
      colour: COLOURS[row.client],
    })),
  };
}

function heightOf({ bars }: Panel): number {
  return TITLE_HEIGHT + bars.length * (BAR_HEIGHT + BAR_GAP);
}

function draw({ title, bars }: Panel, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH - MARGIN;
  const lines = bars.map(({ label, value, text, colour }, index) => {
    const y = top + TITLE_HEIGHT + index * (BAR_HEIGHT + BAR_GAP);
    const width = Math.max(1, (value / longest) * room);
    const base = y + BAR_HEIGHT - 4;
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${base}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${colour}"/>`,
      `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${base}">${text}</text>`,
    ].join('\n');
  });
  return [
    `<text x="${MARGIN}" y="${top + 14}" font-weight="600">${escape(title)}</text>`,
    ...lines,
  ].join('\n');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
