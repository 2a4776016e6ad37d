/** The check, against pages that are broken. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadExercise } from '#shared/course/course.ts';
import { applyEdit } from '#shared/course/edit.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { ROOT } from '#shared/course/root.ts';
import { IS_LEFT_OUT, shareBrowser } from '#shared/testing/browser-testing.ts';
import { launchBrowser } from './browser.ts';
import type { Part } from './exercise.ts';
import { createJudge } from './judge.ts';
import { openGuard } from './page-faults.ts';
import { withText } from './scratch.ts';

const judge = createJudge({ reuse: true, browser: shareBrowser });
afterAll(() => judge.end());

const exercise = await loadExercise<Part>('05');
const reference = answerIn(exercise, exercise.solution);

describe('a page that is broken', () => {
  const right = readFileSync(join(ROOT, 'solutions/05/client.ts'), 'utf8');
  const NOT_TRIED = /^Not tried: mend the tests above first\.$/;
  const LOOPS = /^The page does not answer: is there an endless loop in client\.ts\?$/;
  const ASKS = /^alice's page opens a window with alert, confirm or prompt again and again: /;
  const LEAVES = /^alice's page loads itself again, or another page: nothing in client\.ts may do that\.$/;
  const inPlace = (find: string, replace: string) => applyEdit({ find, replace }, right, 'solutions/05');
  const RECEIVE = 'function receive(message: ServerMessage): void {';
  const DRAW = 'function drawMine(line: Line): void {';

  const broken: [name: string, text: string, tests: RegExp[]][] = [
    ['loops for ever', `for (;;);\n${right}`, [LOOPS, NOT_TRIED]],
    ['loops on a message', inPlace(RECEIVE, `${RECEIVE} for (;;);`), [LOOPS, NOT_TRIED]],
    ['loops on a stroke', inPlace(DRAW, `${DRAW} for (;;);`), [LOOPS, NOT_TRIED]],
    [
      'throws',
      `throw new Error('no luck');\n${right}`,
      [/^alice's page threw Error: no luck$/, /threw Error: no luck$/],
    ],
    ['asks for ever', `for (;;) alert('hi');\n${right}`, [ASKS, NOT_TRIED]],
    // Many at a time: else a fast machine is done before they are too many.
    [
      'asks again and again',
      `${right}\nsetInterval(() => { for (let n = 0; n < 30; n += 1) confirm('hi'); }, 1);`,
      [ASKS, NOT_TRIED],
    ],
    ['loads itself again', `${right}\nlocation.reload();`, [LEAVES, NOT_TRIED]],
    ['goes elsewhere', inPlace(RECEIVE, `${RECEIVE} location.href = '/?client=abc';`), [LEAVES, NOT_TRIED]],
    [
      'does not parse',
      `\nconst port = ;\n${right}`,
      [/client\.ts:2 does not parse: Unexpected ";"$/, /client\.ts:2 does not parse/],
    ],
  ];

  test.skipIf(IS_LEFT_OUT).for(broken)('%s', async ([, text, sentences]) => {
    const page = exercise.parts.filter(({ file }) => file === 'client.ts');
    const tests = page.flatMap((part) => part.tests.map(({ title }) => title)).slice(0, sentences.length);
    const verdict = await withText(text, 'client.ts', (file) =>
      judge.judge({ ...exercise, parts: page }, { ...reference, 'client.ts': file }, { tests }),
    );
    expect(verdict.solved).toBe(false);
    expect(verdict.tests).toMatchObject(
      sentences.map((sentence) => ({ passed: false, sentence: expect.stringMatching(sentence) })),
    );
  });

  test.skipIf(IS_LEFT_OUT)('crashes', async () => {
    // Its process may have other pages, so this one has a browser of its own.
    const browser = await launchBrowser();
    try {
      const guard = openGuard(await browser.newBrowserCDPSession());
      const page = await browser.newPage();
      guard.watch('alice', page);
      const [error] = await Promise.allSettled([guard.failed, page.goto('chrome://crash')]);
      guard.end();
      expect(error).toMatchObject({
        reason: { message: expect.stringMatching(/^alice's page ran out of memory, or crashed\./) },
      });
    } finally {
      await browser.close();
    }
  });
});
