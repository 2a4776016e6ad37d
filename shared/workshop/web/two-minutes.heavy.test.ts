/** The two-minute task in the workshop: a copy that the stage runs, its small check, and the way back. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nameOf, readBlocks } from '#shared/course/blocks.ts';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { answers, client, lessonUrl, openPage, useWorkshop } from '#shared/testing/workshop.ts';
import { raw } from './html.ts';
import { openTestLink } from './link-testing.ts';
import { withTaskPanel } from './task-panel.ts';

const workshop = useWorkshop();
const open = (path: string, options = {}) => openPage(workshop.url + path, options);
const inLesson = (lesson: string, file: string) => join(workshop.root, 'lessons', lesson, file);

/** The first change that a text names. */
function findDiff(text: string): { name: string } {
  const block = readBlocks(text).find((one) => one.info[0] === 'diff' && nameOf(one) !== undefined);
  return { name: (block && nameOf(block)) ?? '' };
}

async function says(page: Page, text: string, answer: string): Promise<void> {
  const left = client(page, 'left');
  await left.locator('[data-connection="open"]').waitFor();
  // A server that starts again in between takes what was said with it.
  await eventually(async () => {
    await left.locator('#field').fill(text);
    await left.locator('#field').press('Enter');
    return left.locator('#log').getByText(answer, { exact: true }).count();
  }).toBeGreaterThan(0);
}

test.each([
  [
    '<p>a</p><h2 id="two-minutes">T</h2><p>do</p><h2 id="x">X</h2><p>b</p>',
    /<p>do<\/p><section id="task".*<\/section><h2 id="x">/s,
  ],
  ['<p>a</p><h2 id="two-minutes">T</h2><p>do</p>', /<p>do<\/p><section id="task".*<\/section>$/s],
  ['<p>a</p><h2 id="x">X</h2><p>b</p>', /<p>b<\/p><h2 id="two-minutes">Two minutes<\/h2><section id="task"/],
])('the panel stands at the end of the section: %s', (text, expected) => {
  const { html } = withTaskPanel(raw(text), 'lessons/01/try/server.ts');
  expect(html).toMatch(expected);
  expect(html.split('<section id="task"').length).toBe(2);
});

describe('a two-minute task in the workshop', () => {
  browserTest(
    'a copy is made, runs on the stage, is checked on each save, and goes back to its start',
    async () => {
      const page = await open('/lessons/01');
      const task = page.locator('#task');
      const doIt = (what: string) => task.locator(`[data-do="${what}"]`).click();
      const whose = page.locator('#whose');
      const lesson = readFileSync(inLesson('01', 'server.ts'), 'utf8');
      await says(page, 'hello', 'Echo: hello');
      expect(await whose.isVisible()).toBe(false);
      expect(await task.getByRole('button').filter({ visible: true }).count()).toBe(1);

      await doIt('try');
      await whose.getByText('your copy of server.ts').waitFor();
      const copy = inLesson('01', 'try/server.ts');
      expect(readFileSync(copy, 'utf8')).toBe(lesson);
      await task.getByText('it is checked each time you save').waitFor();
      expect(await task.locator('.failed').count()).toBe(0);
      await says(page, 'hello', 'Echo: hello');
      await doIt('try-edit');
      await task.getByText('Open lessons/01/try/server.ts yourself').waitFor();

      writeFileSync(copy, `${lesson}// Mine.\n`);
      await task.locator('.failed').getByText('should be "Echo: HELLO"').first().waitFor();
      await task.locator('#task-summary').getByText('not yet').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      writeFileSync(copy, `${lesson}\n{`);
      await task.locator('#task-problem').getByText('lessons/01/try/server.ts').waitFor();
      const right = lesson.replace('${data}', '${data.toString().toUpperCase()}');
      writeFileSync(copy, right);
      await task.locator('#task-summary').getByText('done. That was the task.').waitFor();
      expect(await task.locator('.passed').count()).toBe(2);
      await says(page, 'hello', 'Echo: HELLO');
      expect(readFileSync(inLesson('01', 'server.ts'), 'utf8')).toBe(lesson);

      await doIt('try-stop');
      await whose.waitFor({ state: 'hidden' });
      await says(page, 'hello', 'Echo: hello');
      await doIt('try');
      await whose.waitFor();
      await says(page, 'hello', 'Echo: HELLO');

      await doIt('try-reset');
      await page.getByRole('button', { name: 'No', exact: true }).click();
      expect(readFileSync(copy, 'utf8')).toBe(right);
      await doIt('try-reset');
      await page.getByRole('button', { name: 'Yes', exact: true }).click();
      const note = await task.locator('#task-note').getByText('What you wrote is kept:').textContent();
      const [, kept = ''] = note?.split('kept: ') ?? [];
      expect(readFileSync(join(workshop.root, kept), 'utf8')).toBe(right);
      expect(readFileSync(copy, 'utf8')).toBe(lesson);
      await task.locator('.passed').first().waitFor({ state: 'hidden' });
    },
  );

  browserTest('stands where the text has it, and a copy that is deleted leaves no empty stage', async () => {
    const page = await open('/lessons/02');
    const url = await lessonUrl(page);
    await page.locator('[data-do="try"]').click();
    await page.locator('#whose').waitFor();
    await eventually(() => lessonUrl(page)).not.toBe(url);
    // Never both: the lesson's server has ended.
    await eventually(() => answers(url)).toBe(0);
    rmSync(inLesson('02', 'try'), { recursive: true });
    await page.locator('#whose').waitFor({ state: 'hidden' });
    await eventually(() => lessonUrl(page)).toBe(url);
    await page.locator('[data-do="try"]').getByText('Make my copy').waitFor();
    // Under the heading, and before the next one.
    const heading = await page.evaluate(`(() => {
      let at = document.querySelector('#task');
      while (at && at.tagName !== 'H2') at = at.previousElementSibling;
      return at?.id;
    })()`);
    expect(heading).toBe('two-minutes');
  });

  browserTest('a stage that could not be loaded is loaded once its server starts again', async () => {
    const page = await open('/lessons/05');
    await client(page, 'left').locator('[data-connection="open"]').waitFor();
    let isAway = true;
    // A server that starts again just then refuses the connection.
    await page.route('**/stage?*', (route) => (isAway ? route.abort('connectionrefused') : route.continue()));
    const refused = page.waitForEvent('requestfailed', (request) => request.url().includes('/stage?'));
    await page.locator('[data-do="try"]').click();
    await refused;
    isAway = false;
    const copy = inLesson('05', 'try/server.ts');
    writeFileSync(copy, `${readFileSync(copy, 'utf8')}// Saved at once.\n`);
    await client(page, 'left').locator('[data-connection="open"]').waitFor();
  });

  test('where the task is about a file beside the server, that one is shown and opened', async () => {
    const file = 'lessons/10/try/chat.ts';
    expect(await (await fetch(`${workshop.url}/lessons/10`)).text()).toContain(
      `Your copy will be <code>${file}</code>`,
    );
    const link = await openTestLink(workshop.url, 'lessons/10');
    link.ask({ type: 'try' });
    expect((await link.hears('task', ({ copy, isOn }) => copy === 'untouched' && isOn)).file).toBe(file);
    link.ask({ type: 'try-edit' });
    await link.hears('note', ({ text }) => text.includes(`Open ${file} yourself`));
  });

  test('a page names wishes only: what else it sends changes nothing', async () => {
    const link = await openTestLink(workshop.url, 'lessons/03');
    await link.hears('task', ({ copy }) => copy === 'none');
    link.ask({ type: 'try-reset' });
    await link.hears('note', ({ text, about }) => about === 'task' && text.includes('There is no copy yet'));
    const forged = {
      type: 'try',
      lesson: 'lessons/04',
      folder: '../evil',
      text: 'process.exit()',
      name: 'x',
    };
    link.socket.send(JSON.stringify(forged));
    await link.hears('task', ({ copy, isOn }) => copy === 'untouched' && isOn);
    const copied = readFileSync(inLesson('03', 'try/server.ts'), 'utf8');
    expect(copied).toBe(readFileSync(inLesson('03', 'server.ts'), 'utf8'));
    expect(existsSync(inLesson('04', 'try'))).toBe(false);
    await link.hears('server', ({ state, isOwn }) => state === 'running' && isOwn === true);

    // A change of the text is one of the lesson's server: the copy stops for it.
    const { name } = findDiff(readFileSync(inLesson('03', 'README.md'), 'utf8'));
    link.ask({ type: 'apply', name });
    await link.hears('task', ({ isOn }) => !isOn);
    await link.hears(
      'server',
      ({ state, change, isOwn }) => state === 'running' && change === name && !isOwn,
    );
    link.ask({ type: 'try' });
    await link.hears(
      'server',
      ({ state, change, isOwn }) => state === 'running' && !change && isOwn === true,
    );

    // Another page of the same lesson hears of it, and an exercise has no task.
    const other = await openTestLink(workshop.url, 'lessons/03');
    await other.hears('task', ({ isOn }) => isOn);
    const exercise = await openTestLink(workshop.url, 'exercises/03');
    exercise.ask({ type: 'try' });
    exercise.ask({ type: 'hint' });
    await exercise.hears('check');
    expect(existsSync(join(workshop.root, 'exercises/03/try'))).toBe(false);
  });
});
