/** Where the parts of a timeline stand: lanes above each other, what lasted, what happened, and names that hide nothing. */
import type { Mark, Timeline } from '#shared/lesson/experiment/report.ts';
import {
  type Box,
  clamp,
  doOverlap,
  LABEL_HEIGHT,
  rangeOf,
  shorten,
  TICK_GAP_X,
  textOf,
  ticksOf,
  type WidthOf,
} from './chart-layout.ts';

export type TimelineLayout = {
  height: number;
  /** Where lanes begin and end. */
  left: number;
  right: number;
  /** Of the axis, below all lanes. */
  bottom: number;
  ticks: { at: number; text: string }[];
  moments: { at: number; label: Box; name: string }[];
  lanes: LaneLayout[];
};

export type LaneLayout = {
  name: string;
  /** Where its name stands. */
  label: Box;
  /** The middle of its bar. */
  bar: number;
  /** `look`: which of the names of spans it has, from 0 on. */
  spans: { from: number; to: number; look: number }[];
  marks: { at: number; label: Box; name: string }[];
};

/** So far a bar reaches above and below its middle. */
export const HALF_BAR = 7;
/** So far a mark reaches left and right of its moment. */
export const HALF_MARK = 6;
/** Left and right of the lanes: half of a number of the axis. */
const SIDE = 16;
/** From the top of a lane to its name, and to the middle of its bar. */
const NAME = 4;
const BAR = 34;
/** Between a mark and the name beside it, and between a bar and the names below it. */
const GAP = 10;
const BELOW_BAR = 2;
const BETWEEN_LANES = 6;
const ABOVE_AXIS = 4;
const BELOW_AXIS = 24;

/** The names of spans, each once. The first one has the first look. */
export function looksOf({ lanes }: Timeline): string[] {
  return [...new Set(lanes.flatMap(({ spans }) => spans.map(({ name }) => name)))];
}

export function layOutTimeline(timeline: Timeline, width: number, widthOf: WidthOf): TimelineLayout {
  const { lanes, moments } = timeline;
  const range = rangeOf([
    ...moments.map(({ at }) => at),
    ...lanes.flatMap(({ spans, marks }) => [
      ...spans.flatMap(({ from, to }) => [from, to]),
      ...marks.map(({ at }) => at),
    ]),
  ]);
  const [left, right] = [SIDE, Math.max(SIDE + 1, width - SIDE)];
  const place = (value: number) => left + ((value - range[0]) / (range[1] - range[0])) * (right - left);
  const looks = looksOf(timeline);

  let top = moments.length * LABEL_HEIGHT;
  const placed = lanes.map(({ name, spans, marks }): LaneLayout => {
    const cut = shorten(name, '', right - left, widthOf);
    const bar = top + BAR;
    const bars = spans.map(({ from, to, name }) => ({
      from: place(from),
      to: place(to),
      look: looks.indexOf(name),
    }));
    const points = marks.map(({ at, name }) => ({ at: place(at), name }));
    const label = { left, top: top + NAME, width: widthOf(cut), height: LABEL_HEIGHT };
    const drawn = points.map(({ at }) => ({ from: at - HALF_MARK, to: at + HALF_MARK }));
    const taken = [
      label,
      ...[...bars, ...drawn].map(({ from, to }) => ({
        left: from,
        top: bar - HALF_BAR,
        width: to - from,
        height: 2 * HALF_BAR,
      })),
    ];
    const named = placeMarks(points, taken, bar, width, widthOf);
    top = Math.max(bar + HALF_BAR, ...named.map(({ label }) => label.top + label.height)) + BETWEEN_LANES;
    return { name: cut, label, bar, spans: bars, marks: named };
  });
  const bottom = top + ABOVE_AXIS;
  return {
    height: bottom + BELOW_AXIS,
    left,
    right,
    bottom,
    ticks: ticksOf(range, (right - left) / TICK_GAP_X)
      .map((value) => ({ at: place(value), text: textOf(value) }))
      .filter(({ at }) => at > left - 1 && at < right + 1),
    moments: moments.map(({ at, name }, row) => {
      const cut = shorten(name, '', width - 2, widthOf);
      const size = widthOf(cut);
      const box = {
        left: clamp(place(at) - size / 2, 0, width - size),
        top: row * LABEL_HEIGHT,
        width: size,
      };
      return { at: place(at), name: cut, label: { ...box, height: LABEL_HEIGHT } };
    }),
    lanes: placed,
  };
}

/** Puts each name beside its mark where there is room, or above the bar, or below it: it hides nothing. */
function placeMarks(
  marks: Mark[],
  taken: Box[],
  bar: number,
  width: number,
  widthOf: WidthOf,
): LaneLayout['marks'] {
  const all = [...taken];
  return marks.map(({ at, name }) => {
    const cut = shorten(name, '', width - 2 * GAP, widthOf);
    const size = { width: widthOf(cut), height: LABEL_HEIGHT };
    const beside = { ...size, top: bar - LABEL_HEIGHT / 2 };
    const near = { ...size, left: clamp(at - size.width / 2, 0, width - size.width) };
    const below = (row: number) => ({ ...near, top: bar + HALF_BAR + BELOW_BAR + row * LABEL_HEIGHT });
    const boxes = [
      { ...beside, left: at + GAP },
      { ...beside, left: at - GAP - size.width },
      { ...near, top: bar - BAR + NAME },
      ...marks.map((_, row) => below(row)),
    ];
    const isFree = (box: Box) =>
      box.left >= 0 && box.left + box.width <= width && all.every((other) => !doOverlap(box, other, 0));
    const label = boxes.find(isFree) ?? below(marks.length);
    all.push(label);
    return { at, name: cut, label };
  });
}
