/** The limits of the workshop: restarts in a row, the frame of a lesson, places that are left. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { eventually } from '#shared/testing/page-testing.ts';
import { answers, client, openPage, useWorkshop } from '#shared/testing/workshop.ts';
import { openTestLink } from './link-testing.ts';

const workshop = useWorkshop();

/** Changes a file for one test. */
function changes(path: string): { was: string; save: (text: string) => void } {
  const file = join(workshop.root, path);
  const was = readFileSync(file, 'utf8');
  const save = (text: string) => writeFileSync(file, text);
  onTestFinished(() => save(was));
  return { was, save };
}

test('of many saves in a row few restart the server, and the last one does', async () => {
  const link = await openTestLink(workshop.url, 'lessons/03');
  link.ask({ type: 'start' });
  await link.hears('server', ({ state }) => state === 'running');
  const { was, save } = changes('lessons/03/server.ts');
  let starts = 0;
  link.socket.on('message', (data) => {
    if (data.toString().includes('"state":"starting"')) starts += 1;
  });
  const saves = 25;
  for (let n = 1; n <= saves; n += 1) {
    save(`${was}\nconsole.log('This is number ${n}.');\n`);
    await link.hears('log', ({ lines }) => lines.some(({ text }) => text.includes('server.ts was saved.')));
  }
  const before = starts;
  await link.hears('log', ({ lines }) => lines.some(({ text }) => text === `This is number ${saves}.`));
  // What is still due comes before the stop.
  link.ask({ type: 'stop' });
  await link.hears('server', ({ state }) => state === 'stopped');
  expect(starts - before).toBeLessThanOrEqual(2);
});

test('a page that looks at another place leaves the one before: its server ends', async () => {
  const link = await openTestLink(workshop.url, 'lessons/04');
  link.ask({ type: 'start' });
  const { url = '' } = await link.hears('server', ({ state }) => state === 'running');
  expect(await answers(url)).toBe(200);
  link.ask({ type: 'look', folder: 'lessons/05' });
  await link.hears('server', ({ state }) => state === 'stopped');
  await eventually(() => answers(url)).toBe(0);
});

browserTest(
  "a lesson's page cannot put another page in the workshop's place, and can do all it needs",
  async () => {
    const page = await openPage(`${workshop.url}/lessons/03`);
    const left = client(page, 'left');
    await left.locator('[data-connection="open"]').waitFor();
    // As after a click: without one, a browser allows less.
    const refused = await left.locator('body').evaluate((body) => {
      const { top } = body.ownerDocument.defaultView ?? {};
      try {
        if (top) top.location.href = 'about:blank';
        return '';
      } catch (error) {
        return String(error);
      }
    });
    expect(refused).toContain('SecurityError');
    expect(page.url()).toBe(`${workshop.url}/lessons/03`);
    const asked = page.waitForEvent('dialog').then((dialog) => dialog.accept());
    await left.locator('body').evaluate('alert("Do not press OK.")');
    await asked;
    await left.locator('#field').fill('sent with a form');
    await left.locator('#field').press('Enter');
    await client(page, 'right').locator('#log').getByText('sent with a form').waitFor();
  },
);
