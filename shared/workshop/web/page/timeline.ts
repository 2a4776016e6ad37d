/** Draws what happened when: a lane for each of those to whom it happened, over one axis of time. */
import type { Table, Timeline } from '#shared/lesson/experiment/report.ts';
import { make } from '#shared/lesson/page/make.ts';
import { type Box, textOf } from './chart-layout.ts';
import { measure, shape, write } from './picture.ts';
import { HALF_BAR, HALF_MARK, type LaneLayout, layOutTimeline, looksOf } from './timeline-layout.ts';

/** From the top of a name's box to the line on which it stands. */
const BASE_LINE = 13;

/** Says what the looks of the spans mean. */
export function makeLegend(timeline: Timeline): HTMLElement {
  const list = make('ul', 'legend');
  list.append(
    ...looksOf(timeline).map((name, look) => {
      const sample = shape('svg', { width: 36, height: 16, viewBox: '0 0 36 16', 'aria-hidden': 'true' });
      sample.append(drawSpan({ from: 0, to: 36, look }, 8));
      const item = make('li', '');
      item.append(sample, name);
      return item;
    }),
  );
  return list;
}

export function drawTimeline(timeline: Timeline, width: number): SVGElement {
  const { height, left, right, bottom, ticks, moments, lanes } = layOutTimeline(timeline, width, measure);
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' });
  svg.setAttribute('aria-label', labelOf(timeline));
  svg.append(
    shape('path', { class: 'edge', d: `M${left} ${bottom}H${right}` }),
    ...ticks.flatMap(({ at, text }) => [
      shape('path', { class: 'edge', d: `M${at} ${bottom}v4` }),
      write(text, { class: 'tick', x: at, y: bottom + 18, 'text-anchor': 'middle' }),
    ]),
    ...lanes.map(drawBar),
    ...moments.flatMap(({ at, label, name }) => [
      shape('path', { class: 'moment', d: `M${at} ${label.top + label.height}V${bottom}` }),
      write(name, { class: 'name', x: label.left, y: label.top + BASE_LINE }),
    ]),
    // Above all bars: a name must be readable.
    ...lanes.map(drawNames),
  );
  return svg;
}

function drawBar({ spans, bar }: LaneLayout): SVGElement {
  const group = shape('g', {});
  group.append(...spans.map((span) => drawSpan(span, bar)));
  return group;
}

function drawSpan({ from, to, look }: LaneLayout['spans'][number], bar: number): SVGElement {
  return shape('path', { class: `span look-${look + 1}`, d: `M${from} ${bar}H${to}` });
}

function drawNames({ name, label, bar, marks }: LaneLayout): SVGElement {
  const group = shape('g', { class: 'lane' });
  const [side, end] = [HALF_MARK, HALF_BAR + 2];
  group.append(
    ...drawLabel(name, 'name', label),
    ...marks.flatMap(({ at, label, name }) => [
      shape('path', {
        class: 'event',
        d: `M${at} ${bar - end}l${side} ${end}l-${side} ${end}l-${side} -${end}z`,
      }),
      ...drawLabel(name, 'told', label),
    ]),
  );
  return group;
}

/** A name on a ground of its own: it can be read where a line is behind it, too. */
function drawLabel(name: string, kind: string, { left, top, width, height }: Box): SVGElement[] {
  const ground = { class: 'behind', x: left - 2, y: top, width: width + 4, height, rx: 3 };
  return [shape('rect', ground), write(name, { class: kind, x: left, y: top + BASE_LINE })];
}

/** All that the picture shows, as rows. */
export function tableOfTimeline({ lanes, moments }: Timeline): Table {
  const rows = [
    ...moments.map(({ at, name }) => ['all', name, textOf(at), '']),
    ...lanes.flatMap(({ name, spans, marks }) =>
      [
        ...spans.map((span) => ({ at: span.from, what: span.name, to: textOf(span.to) })),
        ...marks.map((mark) => ({ at: mark.at, what: mark.name, to: '' })),
      ]
        .sort((a, b) => a.at - b.at)
        .map(({ at, what, to }) => [name, what, textOf(at), to]),
    ),
  ];
  return [['Who', 'What', 'From', 'To'], ...rows];
}

function labelOf({ title, x, moments, lanes }: Timeline): string {
  const common = moments.map(({ at, name }) => ` ${name}: ${textOf(at)}.`).join('');
  const each = lanes.map(({ name, marks }) => {
    const what = marks.map((mark) => `${mark.name} at ${textOf(mark.at)}`).join(', ');
    return `${name}: ${what || 'nothing happens'}`;
  });
  return `${title}. ${x}.${common} ${each.join('; ')}.`;
}
