/** What a program tells: only what can be shown is read. And its table, as text. */
import { describe, expect, test } from 'vitest';
import { readReport } from './report.ts';
import { formatTable, numeric } from './table.ts';

const CHART = {
  title: 'T',
  x: 'Seconds',
  y: 'Attempts',
  series: [
    {
      name: 'a',
      points: [
        [0, 1],
        [0.1, -2.5],
      ],
    },
  ],
};
const RESULT = {
  type: 'result',
  chart: CHART,
  table: [
    ['How', 'most'],
    ['a', '1'],
  ],
};

const TIMELINE = {
  title: 'T',
  x: 'Seconds',
  moments: [{ at: 1, name: 'freezes' }],
  lanes: [
    { name: 'a', spans: [{ from: 0, to: 1.5, name: 'works' }], marks: [{ at: 1.5, name: 'noticed' }] },
    { name: 'b', spans: [{ from: 0, to: 2, name: 'works' }], marks: [] },
  ],
};
const withTimeline = (more: object) => ({ ...RESULT, chart: { ...TIMELINE, ...more } });
const [LANE] = TIMELINE.lanes;
const withLane = (more: object) => withTimeline({ lanes: [{ ...LANE, ...more }] });
const spansNamed = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ from: 0, to: 1, name: `look ${at}` }));

const withChart = (chart: object) => ({ ...RESULT, chart: { ...CHART, ...chart } });
const withPoints = (points: unknown) => withChart({ series: [{ name: 'a', points }] });

describe('a report', () => {
  test('of progress may have a chart that grows. One that cannot be drawn is left out', () => {
    const progress = { type: 'progress', done: 0.5, text: 'half' };
    expect(readReport({ ...progress, chart: CHART })).toEqual({ ...progress, chart: CHART });
    for (const chart of [5, {}, { ...CHART, series: [] }, TIMELINE]) {
      expect(readReport({ ...progress, chart })).toEqual(progress);
    }
  });

  test('of progress, and of a result, is read; what else it has is left out', () => {
    const table = [
      ['How', 'most'],
      ['a', '1'],
    ];
    expect(readReport({ ...RESULT, table, more: 1, chart: { ...CHART, more: 1 } })).toEqual({
      type: 'result',
      chart: CHART,
      table,
    });
    const conversation = Array(40).fill('alice  ── connects ──▶ server');
    expect(readReport({ ...RESULT, conversation })).toEqual({ ...RESULT, conversation });
    expect(readReport({ type: 'progress', done: 0.5, text: 'half', more: 1 })).toEqual({
      type: 'progress',
      done: 0.5,
      text: 'half',
    });
  });

  test('without a picture is read, too', () => {
    const { chart: _, ...result } = RESULT;
    expect(readReport(result)).toEqual(result);
  });

  test('of what happened when is read, too', () => {
    const more = { lanes: TIMELINE.lanes.map((lane) => ({ ...lane, more: 1 })), more: 1 };
    expect(readReport(withTimeline(more))).toEqual({ ...RESULT, chart: TIMELINE });
    expect(readReport(withLane({ spans: spansNamed(4) }))).toBeDefined();
  });

  test.each<[string, unknown]>([
    ['a timeline without a lane', withTimeline({ lanes: [] })],
    ['lanes that are none', withTimeline({ lanes: 'two' })],
    ['too many lanes', withTimeline({ lanes: Array(9).fill(LANE) })],
    ['a timeline that does not say what it counts', withTimeline({ x: '' })],
    ['a timeline without moments', withTimeline({ moments: undefined })],
    ['a moment without a name', withTimeline({ moments: [{ at: 1 }] })],
    ['too many moments', withTimeline({ moments: Array(21).fill({ at: 1, name: 'x' }) })],
    ['a lane without a name', withLane({ name: undefined })],
    ['a lane without a span', withLane({ spans: [] })],
    ['too many spans', withLane({ spans: Array(21).fill({ from: 0, to: 1, name: 'x' }) })],
    ['a span that ends before it begins', withLane({ spans: [{ from: 2, to: 1, name: 'x' }] })],
    ['a span of texts', withLane({ spans: [{ from: '0', to: '1', name: 'x' }] })],
    ['a span without a name', withLane({ spans: [{ from: 0, to: 1 }] })],
    ['more kinds of spans than one can tell apart', withLane({ spans: spansNamed(5) })],
    ['marks that are none', withLane({ marks: 5 })],
    ['a mark far away', withLane({ marks: [{ at: 1e300, name: 'x' }] })],
    ['null as a lane', withTimeline({ lanes: [null] })],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'result'],
    ['an unknown type', { type: 'done' }],
    ['more than all', { type: 'progress', done: 1.1, text: 'x' }],
    ['no number', { type: 'progress', done: Number.NaN, text: 'x' }],
    ['no text', { type: 'progress', done: 1 }],
    ['a text without end', { type: 'progress', done: 1, text: 'x'.repeat(121) }],
    ['a chart that is none', { ...RESULT, chart: null }],
    ['a chart without a line', withChart({ series: [] })],
    ['too many lines', withChart({ series: Array(7).fill(CHART.series[0]) })],
    ['a title that is none', withChart({ title: { toString: 1 } })],
    ['a line without points', withPoints([])],
    ['too many points', withPoints(Array(1001).fill([0, 0]))],
    ['a point in space', withPoints([[0, 0, 0]])],
    ['a point without end', withPoints([[0, Number.POSITIVE_INFINITY]])],
    ['a point far away', withPoints([[0, 1e300]])],
    ['a point of texts', withPoints([['0', '1']])],
    ['no table', { ...RESULT, table: undefined }],
    ['a table of numbers', { ...RESULT, table: [['a'], [1]] }],
    ['a table with a gap', { ...RESULT, table: [['a', 'b'], ['c']] }],
    ['a conversation without a line', { ...RESULT, conversation: [] }],
    ['a conversation of numbers', { ...RESULT, conversation: ['a', 1] }],
    ['a conversation in one text', { ...RESULT, conversation: 'a' }],
    ['an endless conversation', { ...RESULT, conversation: Array(41).fill('a') }],
    ['an endless table', { ...RESULT, table: Array(21).fill(['a']) }],
  ])('%s is none', (_, value) => {
    expect(readReport(value)).toBeUndefined();
  });
});

test('a table has its columns below each other, numbers at the right', () => {
  const table = [
    ['How they wait', 'most'],
    ['no wait', '1200'],
    ['a fixed wait of 1 s', '7'],
  ];
  expect(formatTable(table)).toBe(
    'How they wait        most\n-------------------  ----\nno wait              1200\na fixed wait of 1 s     7\n',
  );
});

test('numbers are those with a sign, too, and a place for one that is not there', () => {
  const table = [
    ['Who', 'From', 'Grows by'],
    ['alice', '', '-12 ± 1'],
    ['bob', '1,000', '+3'],
    ['carol', '5.5', 'x'],
  ];
  expect(numeric(table)).toEqual([false, true, false]);
  expect(numeric(table.slice(0, -1))).toEqual([false, true, true]);
});
