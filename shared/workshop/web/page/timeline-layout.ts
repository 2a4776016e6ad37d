/** Where the parts of a timeline stand: lanes above each other, what lasted, what happened, and names that hide nothing. */
import type { Mark, Timeline } from '#shared/lesson/experiment/report.ts';
import {
  type Box,
  clamp,
  doOverlap,
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
  /** The base line of its name. */
  nameAt: number;
  /** The middle of its bar. */
  bar: number;
  /** `look`: which of the names of spans it has, from 0 on. */
  spans: { from: number; to: number; look: number }[];
  marks: { at: number; label: Box; name: string }[];
};

/** So far a bar reaches above and below its middle. */
export const HALF_BAR = 7;
const LABEL = 18;
/** Left and right of the lanes: half of a number of the axis. */
const SIDE = 16;
/** From the top of a lane to the base line of its name, and to the middle of its bar. */
const NAME = 18;
const BAR = 34;
/** Between a mark and its name. */
const GAP = 10;
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

  let top = moments.length * LABEL;
  const placed = lanes.map(({ name, spans, marks }): LaneLayout => {
    const bar = top + BAR;
    const labels = placeMarks(marks, bar, place, width, widthOf);
    const lane = {
      name: shorten(name, '', right - left, widthOf),
      nameAt: top + NAME,
      bar,
      spans: spans.map(({ from, to, name }) => ({
        from: place(from),
        to: place(to),
        look: looks.indexOf(name),
      })),
      marks: labels,
    };
    top = Math.max(bar + HALF_BAR, ...labels.map(({ label }) => label.top + label.height)) + 6;
    return lane;
  });
  const bottom = top + 4;
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
      const box = { left: clamp(place(at) - size / 2, 0, width - size), top: row * LABEL, width: size };
      return { at: place(at), name: cut, label: { ...box, height: LABEL } };
    }),
    lanes: placed,
  };
}

/** Puts each name beside its mark: in the row of the bar where there is room, or below it. */
function placeMarks(
  marks: Mark[],
  bar: number,
  place: (value: number) => number,
  width: number,
  widthOf: WidthOf,
): LaneLayout['marks'] {
  const taken = marks.map(({ at }) => ({ left: place(at) - 5, top: bar - 5, width: 10, height: 10 }));
  return marks.map(({ at, name }) => {
    const x = place(at);
    const cut = shorten(name, '', width - 2 * GAP, widthOf);
    const size = { width: widthOf(cut), height: LABEL };
    const boxes = Array.from({ length: marks.length + 1 }, (_, row) => bar - LABEL / 2 + row * LABEL).flatMap(
      (top) => [
        { ...size, left: x + GAP, top },
        { ...size, left: x - GAP - size.width, top },
        { ...size, left: clamp(x - size.width / 2, 0, width - size.width), top: top + LABEL },
      ],
    );
    const isFree = (box: Box) =>
      box.left >= 0 && box.left + box.width <= width && taken.every((other) => !doOverlap(box, other, 1));
    const label = boxes.find(isFree) ?? { ...size, left: 0, top: bar };
    taken.push(label);
    return { at: x, name: cut, label };
  });
}
