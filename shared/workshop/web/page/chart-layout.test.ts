/** Charts: axes with round numbers, names that hide nothing of each other, and a line that is far above all others. */
import { describe, expect, test } from 'vitest';
import type { Chart, Point } from '#shared/lesson/experiment/report.ts';
import { type Box, layOut } from './chart-layout.ts';

const widthOf = (text: string) => text.length * 7;

const chartOf = (...series: Point[][]): Chart => ({
  title: 'T',
  x: 'x',
  y: 'y',
  series: series.map((points, at) => ({ name: `a name of line ${at}`, points })),
});
const texts = (ticks: { text: string }[]) => ticks.map(({ text }) => text);

describe('the axes', () => {
  test.each<[string, Point[], string[], string[]]>([
    [
      'counts',
      [
        [0, 0],
        [4.4, 197],
      ],
      ['0', '1', '2', '3', '4'],
      ['0', '50', '100', '150', '200'],
    ],
    [
      'thousands',
      [
        [0, 12],
        [50, 1741],
      ],
      ['0', '10', '20', '30', '40', '50'],
      ['0', '500', '1,000', '1,500', '2,000'],
    ],
    [
      'fractions',
      [
        [0, 0.1],
        [0.3, 0.3],
      ],
      ['0', '0.05', '0.1', '0.15', '0.2', '0.25', '0.3'],
      ['0', '0.1', '0.2', '0.3'],
    ],
    [
      'below zero',
      [
        [0, -3],
        [1, 5],
      ],
      ['0', '0.2', '0.4', '0.6', '0.8', '1'],
      ['-4', '-2', '0', '2', '4', '6'],
    ],
    [
      'nothing at all',
      [[0, 0]],
      ['0', '0.2', '0.4', '0.6', '0.8', '1'],
      ['0', '0.2', '0.4', '0.6', '0.8', '1'],
    ],
  ])('of %s have round numbers, and all points between them', (_, points, x, y) => {
    const { xTicks, yTicks, lines, plot } = layOut(chartOf(points), 480, 300, widthOf);
    expect([texts(xTicks), texts(yTicks)]).toEqual([x, y]);
    for (const [left, top] of lines[0]?.points ?? []) {
      expect(left).toBeGreaterThanOrEqual(plot.left);
      expect(left).toBeLessThanOrEqual(plot.left + plot.width);
      expect(top).toBeGreaterThanOrEqual(plot.top);
      expect(top).toBeLessThanOrEqual(plot.top + plot.height);
    }
  });
});

describe('the names', () => {
  const spikes = (height: number, every: number): Point[] =>
    Array.from({ length: 45 }, (_, at) => [at / 10, at % every === 0 ? height : 0]);

  /** Far above all, in the first half only; together; seldom together; and never. */
  const herds = [
    spikes(1700, 1).slice(0, 26),
    spikes(200, 10).slice(1),
    spikes(200, 20).slice(1),
    spikes(33, 1),
  ];

  test.each([240, 300, 480, 900])('stand apart, and in the picture, at %i pixels', (width) => {
    const chart = chartOf(...herds);
    for (const [at, name] of ['no wait', 'a fixed wait', 'backoff', 'full jitter and all'].entries())
      Object.assign(chart.series[at] ?? {}, { name });
    const { lines } = layOut(chart, width, 300, widthOf);
    for (const [at, { label }] of lines.entries()) {
      expect(label.left).toBeGreaterThan(0);
      expect(label.left + label.width).toBeLessThanOrEqual(width);
      expect(label.top).toBeGreaterThanOrEqual(0);
      expect(label.top + label.height).toBeLessThanOrEqual(300);
      for (const other of lines.slice(at + 1)) expect(overlap(label, other.label)).toBe(false);
    }
  });
});

test('a line that is far above all others is cut, and says how high it is; one that is not stays whole', () => {
  const far = layOut(
    chartOf(
      [
        [0, 0],
        [1, 1741],
      ],
      [
        [0, 0],
        [1, 200],
      ],
    ),
    480,
    300,
    widthOf,
  );
  expect(far.lines.map(({ name }) => name)).toEqual(['a name of line 0, up to 1,741 ↑', 'a name of line 1']);
  expect(texts(far.yTicks).at(-1)).toBe('200');
  expect(far.lines[0]?.points[1]?.[1]).toBeLessThan(far.plot.top);
  const near = layOut(
    chartOf(
      [
        [0, 0],
        [1, 700],
      ],
      [
        [0, 0],
        [1, 200],
      ],
    ),
    480,
    300,
    widthOf,
  );
  expect(texts(near.yTicks).at(-1)).toBe('800');
  expect(near.lines[0]?.name).toBe('a name of line 0');
});

test('where the highest line is what it is about, nothing is cut', () => {
  const chart = chartOf(
    [
      [0, 0],
      [1, 1741],
    ],
    [
      [0, 0],
      [1, 200],
    ],
  );
  const { lines, plot } = layOut({ ...chart, isWhole: true }, 480, 300, widthOf);
  expect(lines[0]?.name).toBe('a name of line 0');
  expect(lines[0]?.points[1]?.[1]).toBeGreaterThanOrEqual(plot.top);
});

test('a name that is wider than the picture is cut, but not how high its line is', () => {
  const chart = chartOf(
    [
      [0, 0],
      [1, 1741],
    ],
    [
      [0, 0],
      [1, 200],
    ],
  );
  for (const one of chart.series) one.name += ' without end'.repeat(9);
  const { lines } = layOut(chart, 300, 300, widthOf);
  expect(lines[0]?.name).toMatch(/^a name.*…, up to 1,741 ↑$/);
  expect(lines[1]?.name).toMatch(/^a name.*…$/);
  for (const { label } of lines) expect(label.left + label.width).toBeLessThanOrEqual(300);
});

test('marks keep apart, and show the highest point', () => {
  const points = Array.from({ length: 100 }, (_, at): Point => [at, at === 50 ? 9 : 1]);
  const { lines } = layOut(chartOf(points), 480, 300, widthOf);
  const { marks = [], points: placed = [] } = lines[0] ?? {};
  expect(marks).toContainEqual(placed[50]);
  expect(marks.length).toBeLessThan(25);
});

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
