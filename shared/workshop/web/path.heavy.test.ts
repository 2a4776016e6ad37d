/** The path through the course in a real browser: the home page, what was read, what is to come, the next lesson. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { answers, openPage, useWorkshop } from '#shared/testing/workshop.ts';
import { openTestLink } from './link-testing.ts';

const workshop = useWorkshop();
const open = (path: string, options = {}) => openPage(workshop.url + path, options);
const progress = () => JSON.parse(readFileSync(join(workshop.root, '.progress.json'), 'utf8'));
const goOn = (page: Page) => page.locator('.go-on a').textContent();

describe('the home page', () => {
  for (const [width, height, colorScheme] of [
    [375, 800, 'light'],
    [1280, 720, 'dark'],
    [1600, 1000, 'light'],
  ] as const) {
    browserTest(
      `${width} × ${height}: a real conversation on a real wire, all of it in its frame`,
      async () => {
        const page = await open('/', { viewport: { width, height }, colorScheme });
        const stage = page.frameLocator('#small-stage');
        await page.locator('#demo').scrollIntoViewIfNeeded();
        const left = stage.frameLocator('iframe[name="left"]');
        await left.locator('[data-connection="open"]').waitFor();
        await left.locator('#field').fill('over the wire');
        await left.locator('#field').press('Enter');
        const rows = stage.locator('.wire-rows > li').filter({ hasText: 'text' });
        await eventually(() => rows.count()).toBe(3);
        expect(await stage.locator('iframe').count()).toBe(1);
        // The way to send, and the frame that went up, are in view without a scroll inside the frame.
        const frame = await page.locator('#small-stage').boundingBox();
        for (const part of [left.locator('#field'), left.getByRole('button', { name: 'Send' }).first()]) {
          const box = await part.boundingBox();
          const bottom = (await stage.locator('iframe').boundingBox())?.height ?? 0;
          expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((frame?.y ?? 0) + bottom);
        }
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await accessibilityProblems(page)).toEqual([]);
      },
    );
  }

  browserTest('its server runs while somebody looks, and no longer', async () => {
    const page = await open('/');
    const stage = page.locator('#small-stage');
    await stage.waitFor();
    const url = new URL((await stage.getAttribute('src')) ?? '').origin;
    expect(await answers(url)).toBe(200);
    await page.close();
    await eventually(() => answers(url)).toBe(0);
  });
});

describe('the path', () => {
  const file = () => join(workshop.root, 'exercises/01/server.ts');
  const summary = (page: Page, text: string) => page.locator('#summary').getByText(text).waitFor();

  browserTest(
    'a lesson that was read to its end has a tick, on every page, and "Go on" skips nothing',
    async () => {
      const home = await open('/');
      expect(await goOn(home)).toBe('Begin: Lesson 01: Echo');
      const lesson = await open('/lessons/01');
      await lesson.locator('body[data-link="open"]').waitFor();
      const tick = (page: Page) =>
        page
          .locator('#outline li[data-folder="lessons/01"][data-state="read"]')
          .waitFor({ state: 'attached' });
      // Half of it is not all of it.
      await lesson.locator('#how-it-works').scrollIntoViewIfNeeded();
      await openTestLink(workshop.url, 'exercises/01').then(({ ask }) => ask({ type: 'read' }));
      await lesson.locator('.around').scrollIntoViewIfNeeded();
      await Promise.all([tick(lesson), tick(home)]);
      await home.locator('.path li[data-folder="lessons/01"]').getByText('read', { exact: true }).waitFor();
      expect(progress()['lessons/01']).toMatchObject({ read: true });
      expect(Object.keys(progress()).filter((name) => name.startsWith('exercises'))).toEqual([]);

      await home.reload();
      expect(await goOn(home)).toBe('Go on: Exercise 01: Add timestamps');
      await home.getByText('1 of 6 lessons read, 0 of 5 exercises solved').waitFor();
    },
  );

  browserTest(
    'an untouched starter is a list of what is to come, and the first save begins the checking',
    async () => {
      const page = await open('/exercises/01');
      await summary(page, '9 tests, one after the other. Your first save begins the checking.');
      expect(await page.locator('#tests .waiting').count()).toBe(9);
      expect(await page.locator('#tests .failed').count()).toBe(0);
      expect(await page.locator('#tests .conversation').count()).toBe(1);
      await page.locator('#tests li').first().getByText('Begin here. So far: alice got').waitFor();
      expect(await page.locator('#next').isVisible()).toBe(false);

      const starter = readFileSync(file(), 'utf8');
      writeFileSync(file(), `${starter}// My first line.\n`);
      await summary(page, '0 of 9 tests pass.');
      expect(await page.locator('#tests .failed').count()).toBeGreaterThan(5);

      writeFileSync(file(), readFileSync(join(workshop.root, 'solutions/01/server.ts')));
      await summary(page, 'Solved: all 9 tests pass.');
      const next = page.locator('.verdict').getByRole('link', { name: 'Lesson 02: Timestamps' });
      expect(await next.getAttribute('class')).toBe('main-link');
      await next.click();
      await page.locator('h1').getByText('Timestamps').waitFor();

      await page.goto(workshop.url);
      // Whether lesson 01 was read or not: it is never passed over.
      const isRead = progress()['lessons/01']?.read === true;
      expect(await goOn(page)).toBe(`Go on: Lesson ${isRead ? '02: Timestamps' : '01: Echo'}`);
    },
  );

  browserTest('what changed since the last lesson is one link away, and fits each screen', async () => {
    const page = await open('/lessons/03', { viewport: { width: 375, height: 800 } });
    await page.getByRole('link', { name: 'What changed since lesson 02' }).click();
    await page.locator('.changes .added').first().waitFor();
    // Its script runs once its styles are there.
    await page.locator('body[data-link="open"]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
