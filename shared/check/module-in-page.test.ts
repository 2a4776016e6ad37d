/** A module that is judged in a page, too: what the page alone shows, in the learner's words and line, and without a browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { loadExercise } from '#shared/course/course.ts';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { IS_LEFT_OUT, shareBrowser } from '#shared/testing/browser-testing.ts';
import { browserTests, type Part, withoutBrowser } from './exercise.ts';
import { createJudge } from './judge.ts';
import { withText } from './scratch.ts';
import type { Verdict } from './verdict.ts';

const judge = createJudge({ reuse: true, browser: shareBrowser });
afterAll(() => judge.end());

const exercise = await loadExercise<Part>('06');
const FILE = 'reconnecting-socket.ts';
const right = readFileSync(join(ROOT, exercise.solution, FILE), 'utf8');
const [title = ''] = browserTests(exercise);
const inPlace = (find: string, replace: string) => applyEdit({ find, replace }, right, exercise.solution);

function judgeText(text: string, tests?: string[]): Promise<Verdict> {
  return withText(text, FILE, (file) => judge.judge(exercise, { [FILE]: file }, tests && { tests }));
}

const MESSAGE = "if (isMine() && typeof data === 'string')";

describe.concurrent('a module in a page', () => {
  test.skipIf(IS_LEFT_OUT).for<[name: string, text: string, sentence: RegExp]>([
    [
      'throws',
      inPlace('setTimeout: (work, ms) => setTimeout(work, ms)', 'setTimeout'),
      /^In alice's page there was a TypeError: Illegal invocation \(.*reconnecting-socket\.ts:\d+\)$/,
    ],
    [
      'rejects',
      inPlace(
        '  connect();\n  return {',
        "  connect();\n  void Promise.reject(new Error('no luck'));\n  return {",
      ),
      /^In alice's page there was an? Error: no luck/,
    ],
    [
      'imports what only Node has',
      `import { setTimeout } from 'node:timers';\n${right}`,
      /reconnecting-socket\.ts:1 imports node:timers, which only Node has\. A browser does not\.$/,
    ],
    [
      'loops on a message',
      inPlace(MESSAGE, `for (;;);\n${MESSAGE}`),
      /^The page does not answer: is there an endless loop in reconnecting-socket\.ts\?$/,
    ],
    [
      'loads the page again',
      inPlace(MESSAGE, `location.reload();\n${MESSAGE}`),
      /^alice's page loads itself again, or another page: nothing in reconnecting-socket\.ts may do that\.$/,
    ],
    [
      'opens a second socket when it comes back',
      inPlace(
        '    const mine = new WebSocket(url);',
        '    if (failures > 0) new WebSocket(url);\n    const mine = new WebSocket(url);',
      ),
      /^alice's page had 2 sockets at once\.$/,
    ],
  ])('that %s', async ([, text, sentence]) => {
    const { tests, solved } = await judgeText(text, [title]);
    expect(tests).toMatchObject([{ title, passed: false, sentence: expect.stringMatching(sentence) }]);
    expect(solved).toBe(false);
  });

  test('that fails in Node is not tried in a page', async () => {
    const { tests } = await judgeText(inPlace("    enter('connecting');\n", ''));
    expect(tests.at(-1)).toEqual({
      title,
      passed: false,
      sentence: 'Not tried: mend the tests above first.',
    });
  });

  test('that does not parse says so once for all tests', async () => {
    const { tests, problem } = await judgeText(`const port = ;\n${right}`);
    expect(problem).toMatch(/reconnecting-socket\.ts:1 does not parse: /);
    expect(tests.map(({ sentence }) => sentence)).toEqual(tests.map(() => problem));
  });
});

test('without a browser it is solved, but for the page', async () => {
  vi.stubEnv('CHROMIUM', join(ROOT, 'no-such-browser'));
  try {
    const verdict = await judgeText(right);
    expect(verdict.solved).toBe(false);
    expect(verdict.tests.map(({ passed }) => passed)).toEqual(Array(verdict.tests.length).fill(true));
    const [part] = withoutBrowser(exercise).parts;
    expect(verdict.tests.map((one) => one.title)).toEqual(part?.tests.map((one) => one.title));
    expect(verdict.notJudged).toEqual([
      { file: `${FILE} in a page`, why: expect.stringMatching(/^No Chromium/) },
    ]);
  } finally {
    vi.unstubAllEnvs();
  }
});
