/** Where the parts of a chart stand: axes with round numbers, lines, marks on them, and a name beside each line. */
import type { Chart, Point } from '#shared/lesson/experiment/report.ts';

export type Box = { left: number; top: number; width: number; height: number };

export type ChartLayout = {
  /** Where the lines are drawn, in the middle of the axes' numbers. */
  plot: Box;
  xTicks: { at: number; text: string }[];
  yTicks: { at: number; text: string }[];
  lines: Line[];
};

export type Line = {
  name: string;
  /** In the picture. */
  points: Point[];
  /** Some of the points: all marks beside each other could not be told apart. */
  marks: Point[];
  label: Box;
  /** From the name to its line, where they do not touch. */
  leader: [from: Point, to: Point] | undefined;
};

/** How wide a text is. */
export type WidthOf = (text: string) => number;

export const LABEL_HEIGHT = 18;
/** What stands before a name: a piece of its line, with its mark. */
export const SAMPLE = 34;
export const TICK_GAP_X = 64;
const TICK_GAP_Y = 44;
const MARK_GAP = 22;
/** Above and below the plot. */
const TOP = 26;
const BOTTOM = 24;
/** Right of the plot: half of the last number. */
const RIGHT = 16;
/** A line that is so many times as high as all others would make them flat: it is cut, and its name says so. */
const TOO_HIGH = 4;
/** Above the plot runs what was cut. */
const ABOVE = 7;
/** Of a line, at most so many of its peaks are tried as a place for its name. */
const MOST_PEAKS = 30;

export function layOut(chart: Chart, width: number, height: number, widthOf: WidthOf): ChartLayout {
  const all = chart.series.flatMap(({ points }) => points);
  const xRange = rangeOf(all.map(([x]) => x));
  const tops = chart.series.map(({ points }) => Math.max(...points.map(([, y]) => y)));
  const yRange = rangeOf(
    all.map(([, y]) => Math.min(y, chart.isWhole ? Math.max(...tops) : ceilingOf(tops))),
  );
  const yValues = ticksOf(yRange, (height - TOP - BOTTOM) / TICK_GAP_Y);
  const left = Math.max(...yValues.map((value) => widthOf(textOf(value)))) + 10;
  const plot = { left, top: TOP, width: Math.max(1, width - left - RIGHT), height: height - TOP - BOTTOM };
  // The highest number is the end of the axis: no line leaves the plot.
  const [lowest = 0, highest = 1] = [yValues[0], yValues.at(-1)];
  const placeX = (x: number) => plot.left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * plot.width;
  const placeY = (y: number) =>
    y > highest ? plot.top - ABOVE : plot.top + (1 - (y - lowest) / (highest - lowest)) * plot.height;
  const named = (name: string, end = '') => shorten(name, end, plot.width - SAMPLE, widthOf);
  const lines = chart.series.map(({ name, points }, at) => ({
    name: (tops[at] ?? 0) > highest ? named(name, `, up to ${textOf(tops[at] ?? 0)} ↑`) : named(name),
    points: points.map(([x, y]): Point => [placeX(x), placeY(y)]),
  }));
  const labels = placeLabels(lines, plot, widthOf);
  return {
    plot,
    xTicks: ticksOf(xRange, plot.width / TICK_GAP_X)
      .map((value) => ({ at: placeX(value), text: textOf(value) }))
      .filter(({ at }) => at > plot.left - 1 && at < plot.left + plot.width + 1),
    yTicks: yValues.map((value) => ({ at: placeY(value), text: textOf(value) })),
    lines: lines.map((line, at) => ({ ...line, marks: marksOf(line.points), ...(labels[at] ?? NOWHERE) })),
  };
}

const NOWHERE = { label: { left: 0, top: 0, width: 0, height: 0 }, leader: undefined };

/** Cuts a name so that it fits with what follows it, which is not cut. */
export function shorten(name: string, end: string, width: number, widthOf: WidthOf): string {
  let cut = name;
  while (cut.length > 1 && widthOf(`${cut}…${end}`) > width) cut = cut.slice(0, -1);
  return cut === name || widthOf(name + end) <= width ? name + end : `${cut}…${end}`;
}

/** The top of the highest line, or of the second where the highest is far above it. */
function ceilingOf(tops: number[]): number {
  const [first = 0, second = first] = [...tops].sort((a, b) => b - a);
  return second > 0 && first > second * TOO_HIGH ? second : first;
}

/** The range of an axis. With zero, since lengths are compared. Never empty. */
export function rangeOf(values: number[]): [number, number] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  return low === high ? [low, low + 1] : [low, high];
}

/** Round numbers from at most the lowest to at least the highest: steps of 1, 2 or 5. */
export function ticksOf([low, high]: [number, number], most: number): number[] {
  const rough = (high - low) / Math.max(1, Math.floor(most));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((times) => power * times >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

/** Thousands apart, and none of the digits that a computer adds: 0.30000000000000004 */
export function textOf(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 6 }).format(value);
}

/** The highest point of each stretch. */
function marksOf(points: Point[]): Point[] {
  const marks: Point[] = [];
  for (const point of points) {
    const last = marks.at(-1);
    if (!last || point[0] - last[0] >= MARK_GAP) marks.push(point);
    else if (point[1] < last[1]) marks[marks.length - 1] = point;
  }
  return marks;
}

type Placed = Pick<Line, 'label' | 'leader'>;

/** Puts each name near a peak of its line, where it hides as little as possible. The highest line chooses first. */
function placeLabels(lines: Pick<Line, 'name' | 'points'>[], plot: Box, widthOf: WidthOf): Placed[] {
  const order = lines.map((_, at) => at).sort((a, b) => topOf(lines[a]) - topOf(lines[b]));
  const placed = new Map<number, Placed>();
  for (const at of order) {
    const { name = '', points = [] } = lines[at] ?? {};
    const size = { width: widthOf(name) + SAMPLE, height: LABEL_HEIGHT };
    const taken = [...placed.values()].map(({ label }) => label);
    const places = peaksOf(points).flatMap((peak) => placesNear(peak, size, plot));
    const others = lines.filter((_, other) => other !== at);
    const costs = places.map(({ label, peak, distance }) => {
      const overlaps = taken.filter((other) => doOverlap(label, other, 4)).length;
      const hidden = lines.reduce((sum, line) => sum + hiddenBy(label, line.points), 0);
      // Where two lines meet, nobody could tell which one is meant.
      const isShared = others.some(({ points }) => points.some((point) => areClose(point, peak)));
      return overlaps * 1000 + hidden * 5 + distance * 0.2 + (isShared ? 40 : 0);
    });
    const best = places[costs.indexOf(Math.min(...costs))];
    if (best) placed.set(at, { label: best.label, leader: best.leader });
  }
  return lines.map((_, at) => placed.get(at) ?? NOWHERE);
}

function topOf(line: { points: Point[] } | undefined): number {
  return Math.min(...(line?.points ?? []).map(([, y]) => y));
}

function areClose([x, y]: Point, [otherX, otherY]: Point): boolean {
  return Math.hypot(x - otherX, y - otherY) < 10;
}

/** The places of a line where it is high, for itself. */
function peaksOf(points: Point[]): Point[] {
  const heights = points.map(([, y]) => y);
  const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
  const isPeak = ([, y]: Point, at: number) =>
    y <= (points[at - 1]?.[1] ?? Number.POSITIVE_INFINITY) &&
    y <= (points[at + 1]?.[1] ?? Number.POSITIVE_INFINITY);
  return points
    .filter((point, at) => point[1] <= middle && isPeak(point, at))
    .sort(([, a], [, b]) => a - b)
    .slice(0, MOST_PEAKS);
}

type Size = { width: number; height: number };

function placesNear(
  peak: Point,
  { width, height }: Size,
  plot: Box,
): (Placed & { peak: Point; distance: number })[] {
  const [x, y] = peak;
  return [0, 16, 36, 60, 90, 130].flatMap((away) =>
    [
      { left: x + 8 + away / 2, top: y - height / 2 - away },
      { left: x - width - 8 - away / 2, top: y - height / 2 - away },
      { left: x - width / 2, top: y - height - 6 - away },
      { left: x + 8, top: y - height / 2 + away },
      { left: x - width - 8, top: y - height / 2 + away },
      { left: x + 8 + away, top: y - height / 2 },
      { left: x - width - 8 - away, top: y - height / 2 },
    ].map((corner) => {
      const label = {
        left: clamp(corner.left, plot.left + 2, plot.left + plot.width - width),
        top: clamp(corner.top, 0, plot.top + plot.height - height - 2),
        width,
        height,
      };
      const from: Point = [clamp(x, label.left, label.left + width), clamp(y, label.top, label.top + height)];
      const distance = Math.hypot(from[0] - x, from[1] - y);
      return { label, peak, distance, leader: distance > 14 ? ([from, peak] as [Point, Point]) : undefined };
    }),
  );
}

/** The nearest number that is not outside. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** Whether two boxes are nearer to each other than the gap. */
export function doOverlap(a: Box, b: Box, gap: number): boolean {
  return (
    a.left < b.left + b.width + gap &&
    b.left < a.left + a.width + gap &&
    a.top < b.top + b.height + gap &&
    b.top < a.top + a.height + gap
  );
}

/** How many pieces of a line run through a box, as far as their own boxes tell. */
function hiddenBy(box: Box, points: Point[]): number {
  return points.slice(1).filter(([x, y], at) => {
    const [fromX, fromY] = points[at] ?? [x, y];
    const piece = {
      left: Math.min(x, fromX),
      top: Math.min(y, fromY),
      width: Math.abs(x - fromX),
      height: Math.abs(y - fromY),
    };
    return doOverlap(box, piece, 0);
  }).length;
}
