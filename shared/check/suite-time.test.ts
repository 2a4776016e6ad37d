/** The check of a suite of tests: its time is not the clock's, and a suite finds in it all that node's timers can do. */
import { afterAll, expect, test } from 'vitest';
import { ABOUT, HELPERS, RIGHT, suiteOf } from '#shared/testing/suite-bench.ts';
import { exercise, suite } from './exercise.ts';
import { createJudge } from './judge.ts';
import { withText } from './scratch.ts';

const judge = createJudge();
afterAll(() => judge.end());

const IMPORTS = [
  "import { performance } from 'node:perf_hooks'; import { hrtime } from 'node:process';",
  "import { scheduler, setInterval as every, setTimeout as wait } from 'node:timers/promises';",
  'const aborted = { name: "AbortError", code: "ABORT_ERR" };',
].join(' ');

/** Tests of a suite, each about one thing. */
const HOLDS: [name: string, ...lines: string[]][] = [
  [
    'Date.now may be replaced, and comes back',
    'const { now } = Date;',
    'Date.now = () => 5; expect([Date.now(), new Date(5).getTime()]).toEqual([5, 5]); Date.now = now;',
    'const spy = vi.spyOn(Date, "now").mockReturnValue(7); expect(Date.now()).toBe(7); spy.mockRestore();',
    'expect(Date.now()).toBeGreaterThan(7);',
  ],
  [
    'all clocks go together',
    'const began = [Date.now(), performance.now(), hrtime(), hrtime.bigint(), process.hrtime.bigint()];',
    'await sleep(2500);',
    'const [seconds, rest] = hrtime(began[2]);',
    'const passed = [Date.now() - began[0], performance.now() - began[1], seconds * 1e3 + rest / 1e6, Number(hrtime.bigint() - began[3]) / 1e6, Number(process.hrtime.bigint() - began[4]) / 1e6];',
    'for (const one of passed) { expect(one).toBeGreaterThanOrEqual(2499); expect(one).toBeLessThan(4000); }',
    // Left behind: in the next run all is as it was.
    'Date.now = () => 5; process.hrtime = () => [0, 0];',
  ],
  [
    'whatever waits can be aborted',
    'const abort = (work) => { const controller = new AbortController(); setTimeout(() => controller.abort(), 1000); return work(controller); };',
    'await expect(abort(({ signal }) => wait(1e6, 0, { signal }))).rejects.toMatchObject(aborted);',
    'await expect(abort(({ signal }) => scheduler.wait(1e6, { signal }))).rejects.toMatchObject(aborted);',
    'let ticks = 0;',
    'await expect(abort(async ({ signal }) => { for await (const tick of every(600, "t", { signal })) { ticks += 1; expect(tick).toBe("t"); } })).rejects.toMatchObject(aborted);',
    'expect(ticks).toBe(1);',
  ],
  [
    'refresh() begins anew, but not where the timer was cleared',
    'let runs = 0; const one = () => setTimeout(() => { runs += 1; }, 100);',
    'const ran = one(); await sleep(150); expect(runs).toBe(1);',
    'ran.refresh(); await sleep(150); expect(runs).toBe(2);',
    'clearTimeout(ran); ran.refresh(); await sleep(150); expect(runs).toBe(2);',
    'for (const clear of [clearTimeout, (timer) => clearTimeout(Number(timer)), (timer) => timer.close()]) { const timer = one(); clear(timer); timer.refresh(); }',
    'await sleep(150); expect(runs).toBe(2);',
  ],
];

test.each(HOLDS)('in a suite %s', async (name, ...lines) => {
  const text = suiteOf(
    IMPORTS,
    HELPERS,
    RIGHT,
    `test('${name}', async () => {`,
    'const { socket } = await open(); expect((await once(socket, "message")).map(String)).toContain("hello");',
    ...lines,
    '});',
  );
  const parts = [suite('suite.test.ts', ABOUT)];
  const about = exercise({ folder: 'exercises/broken', title: 'Broken', parts });
  const { tests } = await withText(text, 'suite.test.ts', (file) =>
    judge.judge(about, { 'suite.test.ts': file }),
  );
  expect(tests.map(({ sentence }) => sentence)).toEqual([undefined, undefined, undefined]);
});
