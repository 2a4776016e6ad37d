/** The experiments of a text, by their own buttons, in a real browser: guesses, blocks, changes, and who may speak. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, onTestFinished } from 'vitest';
import { browserTest, openTab } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { client, serverState, useWorkshop } from '#shared/testing/workshop.ts';
import { writeExperiments } from './experiments-testing.ts';

const workshop = useWorkshop();
const FOLDER = 'lessons/01';

beforeAll(() => {
  writeExperiments(workshop.root, FOLDER);
});

describe('an experiment', () => {
  browserTest(
    'js: it prints under its block, unfolds the rest, and says whether the guess held',
    async () => {
      const page = await open();
      const { section, press, state } = experiment(page, 'two-lines');
      await press('[data-guess="1"]');
      await press('[data-guess="2"]');
      expect(await section.locator('[aria-pressed="true"]').allTextContents()).toEqual([
        'Two, with opened first.',
      ]);
      expect(await section.locator('.rest').isVisible()).toBe(false);
      expect(await state()).toBe('waiting');
      await press('[data-do="run"]');
      await eventually(state).toBe('done');
      expect(await section.locator('[data-printed]').textContent()).toBe('opened\nclosed <b>for good</b>\n');
      expect(await section.locator('.verdict').textContent()).toBe('Your guess held.');
      expect(await section.locator('.rest').isVisible()).toBe(true);
      // From now on it is no guess any more.
      await section.locator('[data-guess="1"]').click({ force: true });
      expect(await section.locator('[data-guess="2"]').getAttribute('aria-pressed')).toBe('true');
      // And it is not forgotten.
      await page.reload();
      expect(await section.locator('.verdict').textContent()).toBe('Your guess held.');
      expect(await section.locator('.rest').isVisible()).toBe(true);
    },
  );

  browserTest(
    'diff and bytes: a copy crashes in view, what was typed stays, and undo repairs it',
    async () => {
      const file = join(workshop.root, FOLDER, 'server.ts');
      const before = readFileSync(file);
      const page = await open();
      const left = client(page, 'left');
      await left.locator('#field').fill('half a sentence');
      const { section, press, state } = experiment(page, 'no-listener');
      await press('[data-guess="2"]');
      await press('[data-do="apply"]');
      await page.locator('#change-name').getByText('server.ts with one change').waitFor();
      await left.locator('[data-connection="open"]').waitFor();
      expect(await state()).toBe('waiting');
      await press('[data-do="send"]');
      await eventually(state).toBe('done');
      expect(await section.locator('.verdict').textContent()).toBe('It went otherwise: Everybody.');
      await serverState(page, 'crashed');
      await left.locator('[data-connection="closed"]').waitFor();
      expect(await left.locator('#detail').innerText()).toContain('1006');
      expect(await page.locator('#curtain').isVisible()).toBe(false);
      await page.click('#undo');
      await serverState(page, 'running');
      await page.locator('#change').waitFor({ state: 'hidden' });
      await left.locator('[data-connection="open"]').waitFor();
      expect(await left.locator('#field').inputValue()).toBe('half a sentence');
      expect(await section.locator('[data-do="apply"]').isVisible()).toBe(true);
      await page.click('#restart');
      await left.locator('[data-connection="closed"]').waitFor();
      await left.locator('[data-connection="open"]').waitFor();
      expect(await left.locator('#field').inputValue()).toBe('half a sentence');
      expect(readFileSync(file).equals(before)).toBe(true);
    },
  );

  browserTest('a change that does not fit an edited file fails in its place, with the reason', async () => {
    const file = join(workshop.root, FOLDER, 'server.ts');
    const before = readFileSync(file, 'utf8');
    onTestFinished(() => writeFileSync(file, before));
    const page = await open();
    writeFileSync(file, before.replace(/socket\.on\('error'.*/, "socket.on('error', () => {});"));
    await page.locator('#log').getByText('server.ts was saved.').waitFor();
    await serverState(page, 'running');
    const { section, press, state } = experiment(page, 'no-listener');
    await press('[data-do="apply"]');
    await eventually(state).toBe('failed');
    expect(await section.locator('.problem').first().textContent()).toContain('does not fit');
    expect(await page.locator('#change').isVisible()).toBe(false);
  });

  browserTest('a block that throws prints that, and is done', async () => {
    const page = await open();
    const { section, press, state } = experiment(page, 'too-early');
    // The change of another experiment has no part in it.
    await experiment(page, 'no-listener').press('[data-do="apply"]');
    await page.locator('#change').waitFor();
    await press('[data-do="run"]');
    await eventually(state).toBe('done');
    expect(await page.locator('#change').isVisible()).toBe(false);
    expect(await section.locator('[data-printed]').textContent()).toMatch(/^Uncaught InvalidStateError/);
    expect(await section.locator('.verdict').textContent()).toBe('What happens: It throws.');
  });

  browserTest('of many long lines the last ones are kept, each cut', async () => {
    const { section, press, state } = experiment(await open(), 'many');
    await press('[data-do="run"]');
    await eventually(state).toBe('done');
    const lines = (await section.locator('[data-printed]').textContent())?.trim().split('\n') ?? [];
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)).toMatch(/^line 300 <i>/);
    expect(lines.at(-1)?.length).toBeLessThan(1010);
  });

  browserTest('"Show what happens" shows it without doing anything', async () => {
    const { section, press, state } = experiment(await open(), 'too-early');
    await press('[data-guess="1"]');
    await press('[data-do="show"]');
    expect(await section.locator('.verdict').textContent()).toBe('It went otherwise: It throws.');
    expect(await section.locator('.rest').isVisible()).toBe(true);
    expect(await state()).toBe('waiting');
    expect(await section.locator('.rest').evaluate((rest) => rest === rest.ownerDocument.activeElement)).toBe(
      true,
    );
  });

  browserTest('on a phone it starts the lesson, and leads to the clients', async () => {
    const page = await open({ viewport: { width: 375, height: 800 } });
    const { section, press, state } = experiment(page, 'two-lines');
    await press('[data-do="run"]');
    await eventually(state).toBe('done');
    await section.getByText('See it in the clients').click();
    await client(page, 'left').locator('[data-connection="open"]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });

  browserTest(
    'axe-core finds nothing, before and after, dark and light; by keyboard alone it can be done',
    async () => {
      const page = await open();
      expect(await accessibilityProblems(page)).toEqual([]);
      const { section, state } = experiment(page, 'two-lines');
      await section.locator('[data-do="run"]').focus();
      await page.keyboard.press('Enter');
      await eventually(state).toBe('done');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await accessibilityProblems(page)).toEqual([]);
    },
  );
});

describe('who may speak', () => {
  browserTest(
    'a report from another origin, or from a page that is not the stage, is not heard',
    async () => {
      const page = await open();
      const { section, press, state } = experiment(page, 'two-lines');
      // The right page is a frame of the stage, at an origin of its own: it speaks to the workshop past the stage.
      const forge = `top.postMessage({ course: 'printed', name: 'two-lines', text: 'forged' }, '*')`;
      // A block that has run before is listened to.
      await press('[data-do="run"]');
      await eventually(state).toBe('done');
      await client(page, 'right').locator('body').evaluate(forge);
      // Nor does the stage's origin help whoever is not the stage itself.
      const stage = page.frameLocator('#stage');
      await stage.locator('body').evaluate((body) => {
        const frame = body.ownerDocument.createElement('iframe');
        Object.assign(frame, { name: 'inner', src: '/' });
        body.append(frame);
      });
      await stage.frameLocator('[name="inner"]').locator('#connection').evaluate(forge);
      // The page itself, too, is not the stage.
      await page.evaluate(forge);
      await press('[data-do="run"]');
      await eventually(() => section.locator('[data-printed]').textContent()).toMatch(/(opened[\s\S]*){2}/);
      expect(await section.locator('[data-printed]').textContent()).not.toContain('forged');
    },
  );

  browserTest('another server’s page in the place of the stage is not heard', async () => {
    const page = await open();
    const { section, press, state } = experiment(page, 'two-lines');
    const forged = JSON.stringify({ course: 'ran', name: 'two-lines', problem: 'forged' });
    const script = `<script>setInterval(() => parent.postMessage(${forged}, '*'), 20)</script>`;
    const other = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end(script);
    });
    onTestFinished(() => void other.close().closeAllConnections());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = Object(other.address());
    await page.evaluate("addEventListener('message', ({ origin }) => { window.heard = origin; })");
    await page.locator('#stage').evaluate((frame, url) => {
      frame.setAttribute('src', url);
    }, `http://localhost:${port}`);
    await press('[data-do="run"]');
    await page.evaluate("window.heard = ''");
    await eventually(() => page.evaluate('window.heard')).toBe(`http://localhost:${port}`);
    expect(await state()).toBe('running');
    expect(await section.locator('.problem').textContent()).toBe('');
  });

  browserTest('two pages on one lesson: each has its own prints, both see the change', async () => {
    const [one, two] = [await open(), await open()];
    const first = experiment(one, 'no-listener');
    const second = experiment(two, 'no-listener');
    await client(two, 'left').locator('#field').fill('of the second');
    await first.press('[data-do="apply"]');
    await two.locator('#change-name').getByText('server.ts with one change').waitFor();
    await client(two, 'left').locator('[data-connection="open"]').waitFor();
    await second.press('[data-do="undo"]');
    await first.section.locator('[data-do="apply"]').waitFor();
    expect(await client(two, 'left').locator('#field').inputValue()).toBe('of the second');
    const ran = experiment(one, 'two-lines');
    await ran.press('[data-do="run"]');
    await eventually(ran.state).toBe('done');
    expect(await experiment(two, 'two-lines').section.locator('[data-printed]').textContent()).toBe('');
  });
});

describe('a block of code', () => {
  browserTest('can be copied, and no line of a change is cut off', async () => {
    const page = await open({ locale: 'en' });
    // For the workshop alone: a list for all sites would take from the stage what it may do otherwise.
    const { origin } = new URL(page.url());
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    const { section } = experiment(page, 'two-lines');
    await section.getByRole('button', { name: 'Copy' }).click();
    await section.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe(await section.locator('pre > code').first().textContent());
    const diff = experiment(page, 'no-listener').section.locator('[data-language="diff"] pre');
    expect(await diff.evaluate((pre) => pre.scrollWidth - pre.clientWidth)).toBe(0);
  });
});

/** Opens the lesson, for one test, and waits until its clients are connected. */
async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const { page, close } = await openTab({ viewport: { width: 1400, height: 900 }, ...options });
  page.setDefaultTimeout(30_000);
  onTestFinished(async () => {
    if (await page.locator('#stop').getByText('Stop').isVisible()) await page.click('#stop');
    await close();
  });
  await page.goto(`${workshop.url}/${FOLDER}`);
  if (options.viewport) return page;
  for (const name of ['left', 'right'])
    await client(page, name).locator('[data-connection="open"]').waitFor();
  return page;
}

function experiment(page: Page, name: string) {
  const section = page.locator(`[data-experiment$="/${name}"]`);
  return {
    section,
    press: (selector: string) => section.locator(selector).click(),
    state: () => section.getAttribute('data-state'),
  };
}
