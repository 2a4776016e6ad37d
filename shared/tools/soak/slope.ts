/** Whether a row of measurements grows: the line through them, and how far it can be trusted. */

/** The straight line that fits best (least squares): what each value adds, and the standard error of that. */
export type Fit = { slope: number; error: number };

/**
 * So many standard errors away from the limit, a slope is certain. With eight values chance goes so far four times in a
 * thousand (Student's t with six degrees of freedom), with twenty less than once in two thousand.
 */
export const CERTAIN = 4;

/** Fits a line through values that are equally far from each other. With less than three its error is without end. */
export function fitLine(values: number[]): Fit {
  const count = values.length;
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  const slope = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
  if (count < 3) return { slope, error: Number.POSITIVE_INFINITY };
  const rest = values.reduce((sum, value, at) => sum + (value - mean - slope * (at - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (count - 2) / spread) };
}

/**
 * Decides whether values grow by more than is allowed, each time. What is there once, however much, is no growth: the later
 * half must grow, too.
 *
 * @returns 'flat' or 'grows' where it is certain, and else 'unclear': more values will tell
 */
export function judgeGrowth(values: number[], limit: number): 'flat' | 'grows' | 'unclear' {
  const whole = fitLine(values);
  if (whole.slope + CERTAIN * whole.error <= limit) return 'flat';
  const fits = [whole, fitLine(values.slice(Math.floor(values.length / 2)))];
  return fits.every(({ slope, error }) => slope - CERTAIN * error > limit) ? 'grows' : 'unclear';
}
