/** An exercise in the workshop, in a real browser: the verdict follows each save. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { client, openPage, useWorkshop } from '#shared/testing/workshop.ts';

const workshop = useWorkshop();
const open = (path: string) => openPage(workshop.url + path);

describe('an exercise in the workshop', () => {
  const file = () => join(workshop.root, 'exercises/01/server.ts');
  const reference = () => readFileSync(join(workshop.root, 'solutions/01/server.ts'), 'utf8');
  const summary = (page: Page, text: string) => page.locator('#summary').getByText(text).waitFor();

  browserTest(
    'from red to green and back: the verdict follows each save, and every button does what it says',
    async () => {
      const page = await open('/exercises/01');
      const right = reference();
      await summary(page, '9 tests, one after the other.');
      // What is to come, not a wall of red.
      expect(await page.locator('#tests .failed').count()).toBe(0);
      await page.locator('#tests .first').getByText('Begin here.').waitFor();
      expect(await page.locator('#next').isVisible()).toBe(false);
      await page.click('#hint');
      await page.locator('#hints li').waitFor();
      await page.getByRole('button', { name: 'Show hint 2 of 4' }).waitFor();
      await page.click('#edit');
      await page.locator('#note').getByText('Open exercises/01/server.ts yourself').waitFor();

      // The reference is shown before the exercise is solved, but only after a question.
      await page.click('#compare');
      await page.getByRole('button', { name: 'No' }).click();
      expect(await page.locator('#diff').isVisible()).toBe(false);
      await page.click('#compare');
      await page.getByRole('button', { name: 'Yes' }).click();
      await page.locator('#diff').getByText('+++ solutions/01/server.ts').waitFor();

      writeFileSync(file(), `${right}\n{`);
      await page.locator('#problem').getByText('exercises/01/server.ts:').waitFor();
      writeFileSync(file(), `${right}\nfor (;;) {}`);
      await page.locator('#problem, .failed p').getByText('endless loop').first().waitFor();
      writeFileSync(file(), right.replace('if (isBinary) {', "if (isBinary) {\n throw new Error('no');"));
      await page.locator('.failed p').getByText('The server crashed: Error: no').first().waitFor();
      writeFileSync(file(), right.replace('new Date().toISOString()', 'new Date().toLocaleString()'));
      await page.locator('#probably').getByText('write it in UTC').waitFor();
      // Around what is wrong, not only from the beginning.
      expect(await page.locator('.conversation').textContent()).toMatch(/^alice +◀── \{"type".*…"at":"\d/m);
      writeFileSync(file(), right);
      await summary(page, 'Solved: all 9 tests pass.');
      await page.getByRole('link', { name: 'solutions/01/also-right/class.ts' }).waitFor();
      expect(await page.locator('.verdict #next').getAttribute('href')).toBe('/lessons/02');
      expect(await page.locator('#next').isVisible()).toBe(true);
      await page
        .locator('#outline li[data-folder="exercises/01"][data-state="solved"]')
        .waitFor({ state: 'attached' });
      await page.click('#compare');
      await page.locator('#diff').getByText('word for word').waitFor();

      // The learner's own server, with the next lesson's page: it runs once somebody looks.
      expect(await page.locator('#state').getAttribute('data-state')).toBe('stopped');
      await page.getByRole('tab', { name: 'Run it' }).click();
      await client(page, 'left').locator('#log').getByText('Welcome').first().waitFor();
      await page.getByRole('tab', { name: 'Check' }).click();

      await page.click('#reset');
      await page.getByRole('button', { name: 'No' }).click();
      expect(readFileSync(file(), 'utf8')).toBe(right);
      await page.click('#reset');
      await page.getByRole('button', { name: 'Yes' }).click();
      const note = page.locator('#note').getByText('Your answer is kept:');
      const [, kept = ''] = (await note.textContent())?.split('kept: ') ?? [];
      expect(readFileSync(join(workshop.root, kept), 'utf8')).toBe(right);
      await summary(page, '9 tests, one after the other.');
    },
  );
});
