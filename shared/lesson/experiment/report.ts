/** What a program of an experiment tells whoever has started it: how far it is, and what it has measured. */

/** What was measured, as lines over one axis. */
export type Chart = {
  title: string;
  /** What the axes count, with the unit: 'Seconds since the server went away'. */
  x: string;
  y: string;
  series: Series[];
  /** Whether the highest line is what it is about: then it is shown whole, though all others look flat. */
  isWhole?: boolean;
};

export type Series = { name: string; points: Point[] };
export type Point = [x: number, y: number];

/** What happened when, to whom: lanes above each other, over one axis of time. */
export type Timeline = {
  title: string;
  /** What the axis counts, with the unit. */
  x: string;
  /** What happened to all of them at once. */
  moments: Mark[];
  lanes: Lane[];
};

/** `spans`: what lasted. Those of one name look alike. `marks`: what happened in one moment. */
export type Lane = { name: string; spans: Span[]; marks: Mark[] };
export type Span = { from: number; to: number; name: string };
export type Mark = { at: number; name: string };

/** The first row has the heads of the columns. */
export type Table = string[][];

export type Result = {
  /** None where a picture would show no more than the table. */
  chart?: Chart | Timeline;
  /** The same in a few numbers, as it is printed. */
  table: Table;
  /** What happened, line by line, where the numbers alone do not tell it: a conversation with arrows. */
  conversation?: string[];
};

export type Report =
  /** `done`: from 0 to 1. `text`: what it does now. `chart`: all that was measured so far. */
  { type: 'progress'; done: number; text: string; chart?: Chart } | ({ type: 'result' } & Result);

/** Nobody could read more than this in one chart, or would want to keep it in the memory. */
const MOST_SERIES = 6;
const MOST_LANES = 8;
/** In one lane. */
const MOST_SPANS = 20;
/** So many kinds of spans can be told apart. */
const MOST_LOOKS = 4;
const MOST_POINTS = 1000;
const MOST_CHARACTERS = 120;
const MOST_ROWS = 20;
const MOST_LINES = 40;
/** Larger numbers cannot be told apart on an axis. */
const LARGEST = 1e12;

/** Reads what came from another process. Undefined where it is no report: a program may send anything. */
export function readReport(value: unknown): Report | undefined {
  if (!isRecord(value)) return undefined;
  const { type, done, text } = value;
  if (type === 'progress' && isNumber(done) && done >= 0 && done <= 1 && isText(text)) {
    const chart = readLines(value.chart);
    return chart ? { type, done, text, chart } : { type, done, text };
  }
  const result = type === 'result' ? readResult(value) : undefined;
  return result && { type: 'result', ...result };
}

/** Reads a result. Undefined where it is none that can be shown. */
export function readResult(value: unknown): Result | undefined {
  if (!isRecord(value)) return undefined;
  const { table, conversation } = value;
  if (!isTable(table)) return undefined;
  const result: Result = { table };
  if (value.chart !== undefined) {
    const chart = readChart(value.chart);
    if (!chart) return undefined;
    result.chart = chart;
  }
  if (conversation !== undefined) {
    if (!isList(conversation, MOST_LINES) || !conversation.every(isText)) return undefined;
    result.conversation = conversation;
  }
  return result;
}

function readChart(value: unknown): Chart | Timeline | undefined {
  return isRecord(value) && value.lanes !== undefined ? readTimeline(value) : readLines(value);
}

/** Reads a chart that has lines. */
export function readLines(value: unknown): Chart | undefined {
  if (!isRecord(value)) return undefined;
  const { title, x, y, series } = value;
  if (!isText(title) || !isText(x) || !isText(y) || !isList(series, MOST_SERIES)) return undefined;
  const read = readAll(series, readSeries);
  return read && { title, x, y, series: read, ...(value.isWhole === true && { isWhole: true }) };
}

function readSeries(value: unknown): Series | undefined {
  if (!isRecord(value)) return undefined;
  const { name, points } = value;
  if (!isText(name) || !isList(points, MOST_POINTS)) return undefined;
  return points.every(isPoint) ? { name, points } : undefined;
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function readTimeline({ title, x, moments, lanes }: Record<string, unknown>): Timeline | undefined {
  if (!isText(title) || !isText(x) || !isList(lanes, MOST_LANES)) return undefined;
  const [read, common] = [readAll(lanes, readLane), readMarks(moments)];
  if (!read || !common) return undefined;
  const looks = new Set(read.flatMap(({ spans }) => spans.map(({ name }) => name)));
  return looks.size <= MOST_LOOKS ? { title, x, moments: common, lanes: read } : undefined;
}

function readLane(value: unknown): Lane | undefined {
  if (!isRecord(value)) return undefined;
  const { name, spans } = value;
  if (!isText(name) || !isList(spans, MOST_SPANS)) return undefined;
  const [read, marks] = [readAll(spans, readSpan), readMarks(value.marks)];
  return read && marks && { name, spans: read, marks };
}

function readSpan(value: unknown): Span | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, name } = value;
  return isNumber(from) && isNumber(to) && from <= to && isText(name) ? { from, to, name } : undefined;
}

/** There may be none. */
function readMarks(value: unknown): Mark[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_SPANS) return undefined;
  return readAll(value, (one) => {
    if (!isRecord(one)) return undefined;
    const { at, name } = one;
    return isNumber(at) && isText(name) ? { at, name } : undefined;
  });
}

/** Undefined where one of them cannot be read. */
function readAll<T>(values: unknown[], read: (value: unknown) => T | undefined): T[] | undefined {
  const all = values.flatMap((value) => read(value) ?? []);
  return all.length === values.length ? all : undefined;
}

/** Rows of one length. */
function isTable(value: unknown): value is Table {
  if (!isList(value, MOST_ROWS)) return false;
  const [head] = value;
  return value.every(
    (row) =>
      isList(row, MOST_SERIES) && row.every(isText) && Array.isArray(head) && row.length === head.length,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.length <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST;
}
