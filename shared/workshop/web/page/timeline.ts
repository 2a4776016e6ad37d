/** Draws what happened when: a lane for each of those to whom it happened, over one axis of time. */
import type { Table, Timeline } from '#shared/lesson/experiment/report.ts';
import { make } from '#shared/lesson/page/make.ts';
import { textOf } from './chart-layout.ts';
import { measure, shape, write } from './picture.ts';
import { HALF_BAR, type LaneLayout, layOutTimeline, looksOf } from './timeline-layout.ts';

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
  svg.setAttribute('aria-label', inWords(timeline));
  svg.append(
    shape('path', { class: 'edge', d: `M${left} ${bottom}H${right}` }),
    ...ticks.flatMap(({ at, text }) => [
      shape('path', { class: 'edge', d: `M${at} ${bottom}v4` }),
      write(text, { class: 'tick', x: at, y: bottom + 18, 'text-anchor': 'middle' }),
    ]),
    ...lanes.map(drawBar),
    ...moments.flatMap(({ at, label, name }) => [
      shape('path', { class: 'moment', d: `M${at} ${label.top + label.height}V${bottom}` }),
      write(name, { class: 'name', x: label.left, y: label.top + 13 }),
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

function drawNames({ name, nameAt, bar, marks }: LaneLayout): SVGElement {
  const group = shape('g', { class: 'lane' });
  const background = { class: 'behind', x: 14, y: nameAt - 14, width: measure(name) + 4, height: 18, rx: 3 };
  group.append(
    shape('rect', background),
    write(name, { class: 'name', x: 16, y: nameAt }),
    ...marks.flatMap(({ at, label, name }) => [
      shape('rect', {
        class: 'behind',
        x: label.left - 2,
        y: label.top,
        width: label.width + 4,
        height: label.height,
        rx: 3,
      }),
      shape('path', {
        class: 'event',
        d: `M${at} ${bar - HALF_BAR - 2}l6 ${HALF_BAR + 2}l-6 ${HALF_BAR + 2}l-6 -${HALF_BAR + 2}z`,
      }),
      write(name, { class: 'told', x: label.left, y: label.top + 13 }),
    ]),
  );
  return group;
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

function inWords({ title, x, moments, lanes }: Timeline): string {
  const common = moments.map(({ at, name }) => ` ${name}: ${textOf(at)}.`).join('');
  const each = lanes.map(({ name, marks }) => {
    const what = marks.map((mark) => `${mark.name} at ${textOf(mark.at)}`).join(', ');
    return `${name}: ${what || 'nothing happens'}`;
  });
  return `${title}. ${x}.${common} ${each.join('; ')}.`;
}
