/** Draws what was measured: lines in a picture of our own, and the same numbers as a table. */

import type { Chart, Point, Result, Table } from '#shared/lesson/experiment/report.ts';
import { make } from '#shared/lesson/page/make.ts';
import { type ChartLayout, LABEL_HEIGHT, type Line, layOut, SAMPLE, textOf } from './chart-layout.ts';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 300;
const NARROWEST = 200;

/** Makes the figure of a result. It is drawn anew where its width changes. */
export function makeChart({ chart, table }: Result): HTMLElement {
  const figure = make('figure', 'chart');
  const picture = make('div', 'picture');
  figure.append(
    make('figcaption', '', chart.title),
    make('p', 'axis', chart.y),
    picture,
    make('p', 'axis x', chart.x),
    makeTable(table, 'totals', chart.title),
    makeNumbers(chart),
  );
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === drawn || width === 0) return;
    drawn = width;
    picture.replaceChildren(draw(chart, Math.max(NARROWEST, width)));
  }).observe(picture);
  return figure;
}

function draw(chart: Chart, width: number): SVGElement {
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

let pen: CanvasRenderingContext2D | null | undefined;

function measure(text: string): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * 8;
  pen.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(pen.measureText(text).width) + 2;
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

function write(text: string, attributes: Record<string, string | number>): SVGElement {
  const element = shape('text', attributes);
  element.textContent = text;
  return element;
}

/** All numbers: for who listens, and for who wants to know exactly. */
function makeNumbers({ title, x, series }: Chart): HTMLElement {
  const details = make('details', 'numbers');
  const values = series.map(({ points }) => new Map(points));
  const all = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const rows = all.map((at) => [
    textOf(at),
    ...values.map((of) => {
      const value = of.get(at);
      return value === undefined ? '' : textOf(value);
    }),
  ]);
  const scroller = make('div', 'scroller');
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'region');
  scroller.setAttribute('aria-label', 'The numbers');
  scroller.append(makeTable([[x, ...series.map(({ name }) => name)], ...rows], '', title));
  details.append(make('summary', '', 'The numbers'), scroller);
  return details;
}

function makeTable([head = [], ...rows]: Table, className: string, name: string): HTMLElement {
  const table = make('table', className);
  table.setAttribute('aria-label', name);
  const row = (cells: string[], isHead: boolean) => {
    const line = make('tr', '');
    line.append(
      ...cells.map((cell, at) => {
        const scope = isHead ? 'col' : at === 0 ? 'row' : undefined;
        const element = make(scope ? 'th' : 'td', '', cell);
        if (scope) element.setAttribute('scope', scope);
        return element;
      }),
    );
    return line;
  };
  const [top, body] = [make('thead', ''), make('tbody', '')];
  top.append(row(head, true));
  body.append(...rows.map((cells) => row(cells, false)));
  table.append(top, body);
  return table;
}
