/** What pace.ts promises: a wait, and then one thing after the other. */
import { expect, test } from 'vitest';
import { createPace } from './pace.ts';
import { testClock } from './test-clock.ts';

function setUp(count: number, random = () => 0.5) {
  const clock = testClock();
  const done: number[] = [];
  let left = count;
  const pace = createPace({
    clock,
    random,
    next() {
      left -= 1;
      done.push(clock.now());
      return left > 0;
    },
  });
  return { ...pace, clock, done };
}

test('it waits for a moment, which has chance in it, and then does one after the other', () => {
  const { slow, isSlow, clock, done } = setUp(3);
  expect(isSlow()).toBe(false);
  slow();
  expect(isSlow()).toBe(true);
  clock.advance(1_499);
  expect(done).toEqual([]);
  clock.advance(10_000);
  expect(done).toEqual([1_500, 1_700, 1_900]);
  expect(isSlow()).toBe(false);
});

test.each([
  [0, 1_000],
  [0.999, 1_999],
])('where chance is %f, it waits for %i ms', (chance, ms) => {
  const { slow, clock, done } = setUp(1, () => chance);
  slow();
  clock.advance(5_000);
  expect(done).toEqual([ms]);
});

test('too much once more: it waits anew, and nothing is done twice', () => {
  const { slow, clock, done } = setUp(3);
  slow();
  clock.advance(1_000);
  slow();
  clock.advance(1_499);
  expect(done).toEqual([]);
  clock.advance(101);
  slow(); // Between two of them.
  clock.advance(10_000);
  expect(done).toEqual([2_500, 4_100, 4_300]);
});

test('after its end nothing is done', () => {
  const { slow, stop, isSlow, clock, done } = setUp(3);
  slow();
  stop();
  clock.advance(10_000);
  expect([done, isSlow()]).toEqual([[], false]);
});
