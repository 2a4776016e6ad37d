/** Timelines: bars where they belong, names that hide nothing of each other, and an axis with round numbers. */
import { expect, test } from 'vitest';
import type { Timeline } from '#shared/lesson/experiment/report.ts';
import type { Box } from './chart-layout.ts';
import { layOutTimeline, looksOf } from './timeline-layout.ts';

const widthOf = (text: string) => text.length * 7;

const TIMELINE: Timeline = {
  title: 'T',
  x: 'Seconds',
  moments: [
    { at: 1, name: 'all cables freeze' },
    { at: 34, name: 'the end of it all' },
  ],
  lanes: [
    {
      name: 'a server with a heartbeat, which closes',
      spans: [
        { from: 0, to: 1, name: 'works' },
        { from: 1, to: 2.5, name: 'dead' },
        { from: 2.5, to: 34, name: 'closing' },
      ],
      marks: [
        { at: 2.5, name: 'noticed' },
        { at: 34, name: 'its connection is closed' },
      ],
    },
    {
      name: 'three in one moment',
      spans: [{ from: 0, to: 34, name: 'dead' }],
      marks: [
        { at: 17, name: 'the first one' },
        { at: 17.1, name: 'the second one' },
        { at: 17.2, name: 'the third one' },
      ],
    },
  ],
};

test.each([240, 343, 700])('all is in the picture, and no name hides another, at %i pixels', (width) => {
  const { height, moments, lanes } = layOutTimeline(TIMELINE, width, widthOf);
  const names = lanes.map(({ label }) => label);
  expect(names.map(({ width }) => width)).toEqual(lanes.map(({ name }) => widthOf(name)));
  const bars = lanes.flatMap(({ spans, bar }) =>
    spans.map(({ from, to }): Box => ({ left: from, top: bar - 7, width: to - from, height: 14 })),
  );
  const labels = [...moments, ...lanes.flatMap(({ marks }) => marks)].map(({ label }) => label);
  for (const [at, box] of [...names, ...labels].entries()) {
    expect(box.left).toBeGreaterThanOrEqual(0);
    expect(box.left + box.width).toBeLessThanOrEqual(width);
    expect(box.top).toBeGreaterThanOrEqual(0);
    expect(box.top + box.height).toBeLessThanOrEqual(height);
    for (const other of [...names, ...labels].slice(at + 1)) expect(overlap(box, other)).toBe(false);
    for (const other of bars) expect(overlap(box, other)).toBe(false);
  }
});

test('spans follow each other without a gap, those of one name look alike, and the axis is round', () => {
  const { lanes, left, right, ticks, moments } = layOutTimeline(TIMELINE, 732, widthOf);
  expect([left, right]).toEqual([16, 716]);
  const [first, second] = lanes;
  expect(first?.spans.map(({ look }) => look)).toEqual([0, 1, 2]);
  expect(second?.spans).toEqual([{ from: 16, to: 716, look: 1 }]);
  expect(first?.spans.map(({ from }) => from).slice(1)).toEqual(
    first?.spans.map(({ to }) => to).slice(0, -1),
  );
  expect(moments[0]?.at).toBe(first?.spans[1]?.from);
  expect(first?.marks[0]?.at).toBe(first?.spans[1]?.to);
  expect(ticks.map(({ text }) => text)).toEqual(['0', '5', '10', '15', '20', '25', '30']);
  expect(looksOf(TIMELINE)).toEqual(['works', 'dead', 'closing']);
});

test('a name stands beside its mark where nothing else is, else above the bar or below it', () => {
  const [lane] = TIMELINE.lanes;
  const short = { name: 'one', spans: lane?.spans.slice(0, 2) ?? [], marks: lane?.marks.slice(0, 1) ?? [] };
  const { lanes } = layOutTimeline({ ...TIMELINE, lanes: [short, ...TIMELINE.lanes] }, 700, widthOf);
  const [beside, first, second] = lanes.map(({ bar, marks }) =>
    marks.map(({ label }) => label.top + label.height / 2 - bar),
  );
  expect(beside).toEqual([0]);
  const [noticed = 0, closed = 0] = first ?? [];
  expect([noticed > 0, closed < 0]).toEqual([true, true]);
  expect(new Set(second).size).toBe(3);
});

test('a name without end is cut', () => {
  const [lane] = TIMELINE.lanes;
  const lanes = [
    { name: 'x'.repeat(120), spans: lane?.spans ?? [], marks: [{ at: 3, name: 'y'.repeat(120) }] },
  ];
  const [cut] = layOutTimeline({ ...TIMELINE, lanes }, 240, widthOf).lanes;
  expect(cut?.name).toMatch(/^x+…$/);
  expect(cut?.marks[0]?.name).toMatch(/^y+…$/);
});

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
