/** Two hundred come back, as the text lets them: in time, and with full jitter far fewer at once. */
import { expect, test } from 'vitest';
import { openProcess } from '#shared/check/server-process.ts';
import { gatherOutput } from '#shared/testing/start-server.ts';

/** Of each way to wait: the most attempts in 100 ms, attempts in all, and seconds until all were back. */
const ROW = /^([a-z][a-z ]*?) {2,}(\d+) +(\d+) +(\d+\.\d)$/gm;

test('the program ends in the time that it states, with four rows; jitter spreads them', async () => {
  const program = openProcess({ file: 'lessons/07/stampede.ts', execArgv: ['--import', 'tsx'] });
  const output = gatherOutput(program);
  let begin = 0;
  program.onText(() => {
    begin ||= performance.now();
  });
  expect(await program.exited, output()).toEqual({ code: 0, signal: null });
  expect(performance.now() - begin).toBeLessThan(20_000);
  expect(output()).toContain('This takes at most 20 seconds.');

  const rows = [...output().matchAll(ROW)].map(([, name = '', ...numbers]) => [name, ...numbers.map(Number)]);
  expect(rows.map(([name]) => name)).toEqual([
    'no wait',
    'a fixed wait',
    'backoff',
    'backoff with full jitter',
  ]);
  const [
    [, , hasty = 0] = [],
    [, fixed = 0, often = 0] = [],
    [, backoff = 0, seldom = 0] = [],
    [, spread = 0] = [],
  ] = rows.map((row) => row.map(Number));
  // A busy machine spreads a herd, too: the highest of all that came counts.
  expect(spread).toBeLessThan(Math.max(fixed, backoff) / 2);
  expect(spread).toBeLessThan(fixed);
  expect(seldom).toBeLessThan(often);
  expect(often).toBeLessThan(hasty);
});
