/** Programs of a text, by their own buttons, in a real browser: progress, the chart, their end, and who may run what. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { openPage, startWorkshop } from '#shared/testing/workshop.ts';
import { openTestLink } from './link-testing.ts';
import { outside, program, usePrograms } from './programs-testing.ts';

const FOLDER = 'lessons/01';

/** What each program is, besides its import. `step` waits until the test lets it go on. */
const PROGRAMS: Record<string, string> = {
  measured: `progress(0.5, 'half of it <b>');
    await step();
    const line = (height, every) => Array.from({ length: 45 }, (_, at) => [at / 10, at % every ? 0 : height]);
    return {
      chart: {
        title: 'What came', x: 'Seconds', y: 'Attempts per 100 ms',
        series: [
          { name: 'no wait <i>', points: line(1741, 1) },
          { name: 'a fixed wait', points: line(200, 10) },
          { name: 'backoff', points: line(190, 20) },
          { name: 'backoff with full jitter', points: line(33, 1) },
        ],
      },
      table: [['How', 'Most'], ['no wait <i>', '1741'], ['a fixed wait', '200']],
    };`,
  hangs: `progress(0.1, 'for ever'); await step(); for (;;);`,
  crashes: `progress(0.1, 'not for long'); await step(); throw new Error('boom <b>');`,
};

const { workshop, open, goOn, isRunning } = usePrograms(FOLDER, PROGRAMS);

describe('a program', () => {
  browserTest('shows how far it is, and then what it has measured, as a chart and as numbers', async () => {
    const page = await open();
    const { section, press, state } = program(page, 'measured');
    await press('[data-guess="1"]');
    await press('[data-do="program"]');
    await section.locator('.progress').getByText('half of it <b>').waitFor();
    expect(await section.locator('progress').getAttribute('value')).toBe('0.5');
    expect(await state()).toBe('running');
    expect(await focused(page)).toBe('End it');
    expect(await section.locator('.rest').isVisible()).toBe(false);
    goOn();
    await eventually(state).toBe('done');
    expect(await section.locator('.verdict').textContent()).toBe('Your guess held.');
    expect(await section.locator('.progress').isVisible()).toBe(false);
    expect(await focused(page)).toBe('Run it here');
    const picture = section.getByRole('img', {
      name: 'What came. Attempts per 100 ms. no wait <i>: at most 1,741; a fixed wait: at most 200; backoff: at most 190; backoff with full jitter: at most 33.',
    });
    await picture.waitFor();
    expect(await section.locator('.totals').innerText()).toMatch(/How\s+Most\s+no wait <i>\s+1741\s+a fixed/);
    await section.getByText('The numbers').click();
    const rows = section.locator('.numbers tr');
    expect(await rows.count()).toBe(46);
    expect(await rows.nth(11).locator('th, td').allTextContents()).toEqual(['1', '1,741', '200', '0', '33']);
    // Who comes now sees it, too.
    await page.reload();
    await picture.waitFor();
  });

  browserTest(
    'axe-core finds nothing, light and dark; on a phone and in forced colours it can be read',
    async () => {
      const page = await open({ viewport: { width: 375, height: 800 } });
      const { section, press, state } = program(page, 'measured');
      await press('[data-do="program"]');
      await section.locator('.progress').getByText('half').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      goOn();
      await eventually(state).toBe('done');
      await section.locator('.picture svg').waitFor();
      await section.getByText('The numbers').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      const tooSmall = `[...document.querySelectorAll('.chart svg text')].filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12).length`;
      expect(await page.evaluate(tooSmall)).toBe(0);
      expect(await outside(section)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
      // Where all lines have one colour, each has its own dashes and its own marks.
      const looks = `[...document.querySelectorAll('.chart .series:has(.name)')].map((one) => {
      const [line, mark] = ['.line', '.mark'].map((part) => one.querySelector(part));
      return getComputedStyle(line).strokeDasharray + mark.getAttribute('d').replace(/^M[\\d.]+ [\\d.]+/, '');
    })`;
      expect(new Set((await page.evaluate(looks)) as string[]).size).toBe(4);
      const colours = `getComputedStyle(document.querySelector('.chart .series .line')).stroke`;
      expect(await page.evaluate(colours)).toBe('rgb(255, 255, 255)');
    },
  );

  browserTest('that crashes says so where its button is; ended by its button, too', async () => {
    const page = await open();
    const { section, press, state } = program(page, 'crashes');
    await press('[data-do="program"]');
    await section.locator('.progress').getByText('not for long').waitFor();
    // One at a time.
    const other = program(page, 'hangs');
    await other.press('[data-do="program"]');
    await other.section.locator('.problem').getByText('One program at a time').waitFor();
    expect(await state()).toBe('running');
    goOn();
    await eventually(state).toBe('failed');
    const problem = section.locator('.problem');
    expect(await problem.textContent()).toMatch(
      /^The program crashed: Error: boom <b> \(lessons\/01\/crashes\.ts:\d+\)$/,
    );
    await other.press('[data-do="program"]');
    await other.section.locator('.progress').getByText('for ever').waitFor();
    expect(isRunning()).toBe(true);
    await other.press('[data-do="end-program"]');
    await eventually(other.state).toBe('failed');
    expect(await other.section.locator('.problem').textContent()).toBe('It was ended before it was done.');
    expect(isRunning()).toBe(false);
  });

  browserTest('is seen by all who look, and ends when nobody does', async () => {
    const [one, two] = [await open(), await open()];
    await program(one, 'hangs').press('[data-do="program"]');
    await program(two, 'hangs').section.locator('.progress').getByText('for ever').waitFor();
    goOn();
    await one.close();
    await two.reload();
    await program(two, 'hangs').section.locator('.progress').getByText('for ever').waitFor();
    expect(isRunning()).toBe(true);
    await two.goto('about:blank');
    await eventually(isRunning).toBe(false);
  });
});

describe.each(['SIGTERM', 'SIGKILL'] as const)('a workshop that ends by %s', (signal) => {
  browserTest('takes its program with it, and the next one knows of none', async () => {
    const first = await startWorkshop(workshop.root);
    const page = await openPage(`${first.url}/${FOLDER}`);
    const { section, press, state } = program(page, 'hangs');
    await page.locator('body[data-link="open"]').waitFor();
    await press('[data-do="program"]');
    await section.locator('.progress').getByText('for ever').waitFor();
    goOn();
    expect(isRunning()).toBe(true);
    await first.end(signal);
    await eventually(isRunning).toBe(false);
    await page.locator('body[data-link="closed"]').waitFor();
    const next = await startWorkshop(workshop.root, { PORT: new URL(first.url).port });
    onTestFinished(() => next.end('SIGTERM'));
    await eventually(state).toBe('failed');
    expect(await section.locator('.problem').textContent()).toMatch(/The workshop was away|was ended before/);
    expect(await section.locator('[data-do="program"]').isVisible()).toBe(true);
  });
});

describe('who may run what', () => {
  test.each([
    ['a forged name', { type: 'program', name: 'forged' }],
    ['no name', { type: 'program', name: '' }],
    ['a name of every object', { type: 'program', name: '__proto__' }],
    ['a command', { type: 'program', name: `npx tsx ${FOLDER}/measured.ts` }],
    ['a path', { type: 'program', name: `${FOLDER}/measured.ts` }],
    ['a block with another command', { type: 'program', name: 'odd' }],
  ] as const)('%s runs nothing', async (_, wish) => {
    const { ask, hears } = await openTestLink(workshop.url, FOLDER);
    await hears('server');
    ask(wish);
    expect((await hears('note')).text).toBe('The text here has no program of this name.');
  });

  test('the name of another lesson runs nothing, nor does one of an exercise', async () => {
    for (const folder of ['lessons/02', 'exercises/01']) {
      const { ask, hears } = await openTestLink(workshop.url, folder);
      await hears('server');
      ask({ type: 'program', name: 'measured' });
      expect((await hears('note')).text).toBe('The text here has no program of this name.');
    }
  });

  test.each([{ type: 'program' }, { type: 'program', name: 5 }, { type: 'program', name: ['measured'] }])(
    '%j is no wish',
    async (wish) => {
      const { socket, hears } = await openTestLink(workshop.url, FOLDER);
      socket.send(JSON.stringify(wish));
      expect((await hears('note')).text).toContain('did not understand');
    },
  );

  test('what a wish has besides its name has no part in it', async () => {
    const { socket, hears } = await openTestLink(workshop.url, FOLDER);
    socket.send(JSON.stringify({ type: 'program', name: 'crashes', file: 'x.ts', command: 'touch ran' }));
    await hears('program', ({ progress }) => progress?.text === 'not for long');
    goOn();
    expect((await hears('program', ({ state }) => state === 'failed')).sentence).toContain('boom');
    expect(existsSync(join(workshop.root, 'ran'))).toBe(false);
  });
});

function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.textContent');
}
