/** Draws what was measured: a picture of our own, and the same numbers as a table. Here are the lines. */

import type { Chart, Point, Result, Table } from '#shared/lesson/experiment/report.ts';
import { make } from '#shared/lesson/page/make.ts';
import { type ChartLayout, LABEL_HEIGHT, type Line, layOut, SAMPLE, textOf } from './chart-layout.ts';
import { makeTable, measure, shape, write } from './picture.ts';
import { drawTimeline, makeLegend, tableOfTimeline } from './timeline.ts';

const HEIGHT = 300;
const NARROWEST = 200;

/** Makes the figure of a result. Its picture, where it has one, is drawn anew where its width changes. */
export function makeChart({ chart, table }: Result): HTMLElement {
  const figure = make('figure', 'chart');
  if (!chart) {
    figure.append(makeTable(table, 'totals', 'The result'));
    return figure;
  }
  const isTimeline = 'lanes' in chart;
  const picture = make('div', isTimeline ? 'picture lanes' : 'picture');
  figure.append(
    make('figcaption', '', chart.title),
    isTimeline ? makeLegend(chart) : make('p', 'axis', chart.y),
    picture,
    make('p', 'axis x', chart.x),
    makeTable(table, 'totals', chart.title),
    makeNumbers(chart.title, isTimeline ? tableOfTimeline(chart) : tableOf(chart)),
  );
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === drawn || width === 0) return;
    drawn = width;
    const wide = Math.max(NARROWEST, width);
    picture.replaceChildren(isTimeline ? drawTimeline(chart, wide) : drawLines(chart, wide));
  }).observe(picture);
  return figure;
}

/** Makes the figure of what is still measured. `draw` shows all that there is by then. */
export function makeGrowing(first: Chart): { figure: HTMLElement; draw: (chart: Chart) => void } {
  const figure = make('figure', 'chart growing');
  const picture = make('div', 'picture');
  figure.append(
    make('figcaption', '', first.title),
    make('p', 'axis', first.y),
    picture,
    make('p', 'axis x', first.x),
  );
  let chart = first;
  let width = 0;
  const draw = () => {
    if (width > 0) picture.replaceChildren(drawLines(chart, Math.max(NARROWEST, width)));
  };
  new ResizeObserver(([entry]) => {
    width = Math.floor(entry?.contentRect.width ?? 0);
    draw();
  }).observe(picture);
  return {
    figure,
    draw(next) {
      chart = next;
      draw();
    },
  };
}

function drawLines(chart: Chart, width: number): SVGElement {
  const layout = layOut(chart, width, HEIGHT, measure);
  const tops = chart.series.map(({ name, points }) => `${name}: at most ${textOf(highest(points))}`);
  const svg = shape('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img' });
  svg.setAttribute('aria-label', `${chart.title}. ${chart.y}. ${tops.join('; ')}.`);
  svg.append(...drawAxes(layout));
  for (const [at, line] of layout.lines.entries()) svg.append(drawLine(line, at));
  // Above all lines: a name must be readable.
  for (const [at, line] of layout.lines.entries()) svg.append(drawName(line, at));
  return svg;
}

function drawAxes({ plot, xTicks, yTicks }: ChartLayout): SVGElement[] {
  const right = plot.left + plot.width;
  const bottom = plot.top + plot.height;
  return [
    ...yTicks.flatMap(({ at, text }) => [
      shape('path', { class: 'grid', d: `M${plot.left} ${at}H${right}` }),
      write(text, { class: 'tick', x: plot.left - 6, y: at + 4, 'text-anchor': 'end' }),
    ]),
    ...xTicks.flatMap(({ at, text }) => [
      shape('path', { class: 'edge', d: `M${at} ${bottom}v4` }),
      write(text, { class: 'tick', x: at, y: bottom + 18, 'text-anchor': 'middle' }),
    ]),
    shape('path', { class: 'edge', d: `M${plot.left} ${plot.top}V${bottom}H${right}` }),
  ];
}

function drawLine({ points, marks }: Line, at: number): SVGElement {
  const group = shape('g', { class: `series series-${at + 1}` });
  group.append(
    shape('path', { class: 'line', d: pathOf(points) }),
    ...marks.map((mark) => drawMark(mark, at)),
  );
  return group;
}

function drawName({ name, label, leader }: Line, at: number): SVGElement {
  const group = shape('g', { class: `series series-${at + 1}` });
  const middle = label.top + LABEL_HEIGHT / 2;
  const { left, top, width, height } = label;
  if (leader) group.append(shape('path', { class: 'leader', d: pathOf(leader) }));
  group.append(
    shape('rect', { class: 'behind', x: left, y: top, width, height, rx: 3 }),
    shape('path', { class: 'line', d: `M${left + 3} ${middle}h${SAMPLE - 10}` }),
    drawMark([left + 3 + (SAMPLE - 10) / 2, middle], at),
    write(name, { class: 'name', x: left + SAMPLE - 3, y: middle + 4 }),
  );
  return group;
}

/** Of each line another shape: who sees no colours can tell them apart. */
function drawMark([x, y]: Point, at: number): SVGElement {
  const place = `M${x} ${y}`;
  const shapes = [
    `${place}m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`,
    `${place}m-3.2 -3.2h6.4v6.4h-6.4z`,
    `${place}m0 -4.2l4.2 7.4h-8.4z`,
    `${place}m0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z`,
    `${place}m-4.5 -1.2h9v2.4h-9z`,
    `${place}m-1.2 -4.5h2.4v9h-2.4z`,
  ];
  return shape('path', { class: 'mark', d: shapes[at % shapes.length] ?? place });
}

function pathOf(points: Point[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

function highest(points: Point[]): number {
  return Math.max(...points.map(([, y]) => y));
}

/** All points: a row for each place on the axis, a column for each line. */
function tableOf({ x, series }: Chart): Table {
  const values = series.map(({ points }) => new Map(points));
  const all = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const rows = all.map((at) => [
    textOf(at),
    ...values.map((of) => {
      const value = of.get(at);
      return value === undefined ? '' : textOf(value);
    }),
  ]);
  return [[x, ...series.map(({ name }) => name)], ...rows];
}

/** All numbers: for who listens, and for who wants to know exactly. */
function makeNumbers(title: string, table: Table): HTMLElement {
  const details = make('details', 'numbers');
  const scroller = make('div', 'scroller');
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'region');
  scroller.setAttribute('aria-label', 'The numbers');
  scroller.append(makeTable(table, '', title));
  details.append(make('summary', '', 'The numbers'), scroller);
  return details;
}
