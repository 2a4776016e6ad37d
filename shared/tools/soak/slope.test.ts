/** Growth is found behind noise, and noise, or one step, is not taken for growth. */
import { expect, test } from 'vitest';
import { numbersFrom } from '#shared/lesson/numbers.ts';
import { fitLine, judgeGrowth } from './slope.ts';

/** Numbers between -1 and 1 that look random, and are the same each time. */
function noise(count: number): number[] {
  const next = numbersFrom(7);
  return Array.from({ length: count }, () => 2 * next() - 1);
}

test('the line that fits best, and its standard error, are those of a book', () => {
  expect(fitLine([3, 5, 7, 9])).toEqual({ slope: 2, error: 0 });
  // By hand: the mean is 3, the residuals are 0.2, -0.6, 0.6, -0.2 around a slope of 0.8.
  const { slope, error } = fitLine([2, 2, 4, 4]);
  expect(slope).toBeCloseTo(0.8);
  expect(error).toBeCloseTo(Math.sqrt(0.8 / 2 / 5));
  expect(fitLine([1, 9]).error).toBe(Number.POSITIVE_INFINITY);
});

test('noise alone is flat, and so is a step, once there are enough values', () => {
  expect(judgeGrowth(noise(12), 1)).toBe('flat');
  const step = [...Array<number>(6).fill(0), ...Array<number>(6).fill(40)];
  expect(judgeGrowth(step, 1)).toBe('unclear');
  expect(judgeGrowth([...step, ...Array<number>(188).fill(40)], 1)).toBe('flat');
});

test('what grows behind noise is found, and what grows by less than the limit is not', () => {
  const rising = (by: number, count: number) => noise(count).map((value, at) => value + by * at);
  expect(judgeGrowth(rising(2, 16), 1)).toBe('grows');
  expect(judgeGrowth(rising(0.5, 16), 1)).toBe('flat');
  expect(judgeGrowth(rising(1, 16), 1)).toBe('unclear');
  expect(judgeGrowth(rising(2, 2), 1)).toBe('unclear');
});
