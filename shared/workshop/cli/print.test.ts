/** What a person reads in a terminal fits into it. */
import { expect, test } from 'vitest';
import type { Verdict } from '#shared/check/verdict.ts';
import { printToCome, printVerdict } from './print.ts';

const text = JSON.stringify({ type: 'chat', message: 'x'.repeat(300) });

const VERDICT: Verdict = {
  exercise: '02',
  title: 'Broadcast',
  solved: false,
  notJudged: [],
  tests: [
    {
      title: 'what is said goes to everyone',
      passed: false,
      sentence: 'bob waits for it, but nothing more came, and the server has nothing left to do.',
      conversation: [
        { kind: 'connected', who: 'alice', at: 0 },
        { kind: 'sent', who: 'alice', text, at: 0 },
        { kind: 'received', who: 'alice', text, at: 0 },
        { kind: 'missing', who: 'bob', expected: text, at: 0 },
      ],
    },
  ],
};

const print = (look: { width?: number }) => printVerdict(VERDICT, 'exercises/02', { colour: false, ...look });

test.for([80, 76, 60, 40, 30])('no line of a verdict is longer than a terminal of %i columns', (width) => {
  expect(print({ width }).filter((line) => [...line].length > width)).toEqual([]);
});

test.for([80, 60, 40, 30])('no line of what is to come is longer than a terminal of %i columns', (width) => {
  const lines = printToCome(VERDICT, 'exercises/02', { colour: false, width });
  expect(lines.filter((line) => [...line].length > width)).toEqual([]);
});

test('what is to come is a list with its first test open, and nothing in it has failed', () => {
  const more = { title: 'it goes on', passed: false, sentence: 'not yet', conversation: [] };
  const tests = [...VERDICT.tests, more, { title: 'it is there', passed: true }];
  const text = printToCome({ ...VERDICT, tests }, 'exercises/02', { colour: false }).join('\n');
  expect(text).toContain('▸ what is said goes to everyone\n      Begin here. So far: bob waits for it');
  expect(text).toContain('▶ server');
  expect(text).toContain('  ○ it goes on\n  ✓ it is there\n');
  expect(text).not.toMatch(/✗|not yet|tests pass/);
});

test('what was said is as long as there is room for', () => {
  const arrow = (look: { width?: number }) =>
    print(look).find((line) => line.includes('▶ server') && line.includes('{'));
  expect(arrow({})).toBe(`    alice  ── {"type":"chat","message":"${'x'.repeat(17)}… ─▶ server`);
  expect(arrow({ width: 50 })).toBe('    alice  ── {"type":"chat","message":… ─▶ server');
});
