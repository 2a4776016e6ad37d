/** The stage on small screens: whatever one can press can be reached. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { browserTest, IS_LEFT_OUT } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems } from '#shared/testing/page-testing.ts';
import { clientOn, openStage as open, showsConnection } from '#shared/testing/stage.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

describe.each(['lessons/05', 'lessons/06'])('every control of %s can be reached', (lesson) => {
  let server: RunningServer;
  beforeAll(async () => {
    if (!IS_LEFT_OUT) server = await startServer(`${lesson}/server.ts`);
  });
  afterAll(() => server?.stop());

  /** As a pointer would: it is scrolled to, and nothing lies on it. */
  async function reachAll(page: Page, name: string): Promise<void> {
    const controls = clientOn(page, name).locator(
      'button:visible, input:visible, select:visible, canvas[tabindex]:visible',
    );
    expect(await controls.count()).toBeGreaterThan(1);
    const cable = page.locator(`#client-${name} .cable button`);
    for (const control of [...(await controls.all()), ...(await cable.all())]) {
      if (await control.isEnabled()) await control.click({ trial: true });
    }
  }

  browserTest('at 1280 × 720: the wire has half of the height, or all of it', async () => {
    const page = await open(`${server.url}/stage`);
    for (const name of ['left', 'right']) {
      await showsConnection(page, name, 'Open');
      await reachAll(page, name);
    }
    const height = () => page.locator('#wire').evaluate((wire) => wire.clientHeight);
    expect(await height()).toBeGreaterThan(345);
    await page.getByRole('button', { name: 'Enlarge the wire' }).press('Enter');
    expect(await height()).toBeGreaterThan(640);
    expect(await page.locator('#clients').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show the clients' }).press('Enter');
  });

  browserTest('at 375 × 667: one part at a time, by tabs and by keyboard', async () => {
    const page = await open(`${server.url}/stage`, 375, 667);
    for (const name of ['left', 'right']) {
      await page.getByRole('tab', { name }).click();
      await showsConnection(page, name, 'Open');
      await reachAll(page, name);
    }
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Wire' }).getAttribute('aria-selected')).toBe('true');
    await page.getByRole('button', { name: 'Tools' }).click();
    await page.getByRole('button', { name: 'Copy as text' }).click({ trial: true });
    expect(await page.locator('#client-left').isVisible()).toBe(false);
    await page.getByRole('tab', { name: 'Wire' }).focus();
    await page.keyboard.press('End');
    await page.locator('[data-hand="send"]').click({ trial: true });
    await page.keyboard.press('Home');
    expect(await page.locator('#client-left').isVisible()).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Add a third client' }).click();
    await page.getByRole('tab', { name: 'third' }).click();
    await showsConnection(page, 'third', 'Open');
    await page.getByRole('button', { name: 'Remove the third client' }).click();
  });
});
