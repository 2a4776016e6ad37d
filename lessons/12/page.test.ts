import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describePage, eventually, line, say, testEveryPage } from '#shared/testing/page-testing.ts';

/** A browser notes each attempt that fails. */
const FAILED = { expectedErrors: /WebSocket connection to .* failed/ };

// The page is that of the lesson before, which tests it: here is who is here, and where they point.
describePage('lessons/12', (testing) => {
  const { visit } = testing;

  testEveryPage(
    testing,
    async (page) => {
      await join(page, `user ${Date.now() % 100_000}`);
      await say(page, 'Hello');
      await line(page, 'own', 'Hello');
    },
    FAILED,
  );

  async function join(page: Page, name: string): Promise<void> {
    await page.fill('#username', name);
    await page.press('#username', 'Enter');
    await line(page, 'system', `You are ${name}.`);
  }

  const people = (page: Page) => page.locator('#people .person').allTextContents();
  const point = (page: Page, name: string) => page.locator('#points .point', { hasText: name });

  test('who comes, goes and has another name is told once, and the list is right', async () => {
    const alice = await visit();
    await join(alice, 'alice');
    const bob = await visit();
    await join(bob, 'bob');
    await line(alice, 'system', 'bob joined.');
    await eventually(async () => (await people(alice)).length).toBe(2);
    await eventually(async () => (await people(bob)).length).toBe(2);
    await bob.click('#rename');
    await join(bob, 'rob');
    await line(alice, 'system', 'bob left.');
    await line(alice, 'system', 'rob joined.');
    await bob.close();
    await line(alice, 'system', 'rob left.');
    await eventually(async () => (await people(alice)).length).toBe(1);
    // Whatever a page hears of itself is no news.
    expect(await alice.locator('#log .line', { hasText: 'alice joined.' }).count()).toBe(0);
  });

  test('a point is shown to the others, where it is, by mouse and by key; who leaves points nowhere', async () => {
    const alice = await visit();
    await join(alice, 'ann');
    const bob = await visit();
    await join(bob, 'ben');
    const box = await alice.locator('#points').boundingBox();
    if (!box) throw new Error('There is nothing to point at.');
    for (const part of [0.2, 0.5, 0.75])
      await alice.mouse.move(box.x + box.width * part, box.y + box.height * 0.5);
    const left = () => point(bob, 'ann').evaluate((mark) => Number.parseFloat(mark.style.left));
    await eventually(left).toBeGreaterThan(74);
    await alice.focus('#points');
    await alice.keyboard.press('ArrowRight');
    await eventually(left).toBeGreaterThan(76);
    expect(await point(alice, 'You').count()).toBe(1);
    // Who comes late sees it, too.
    const carol = await visit();
    await join(carol, 'cat');
    await point(carol, 'ann').waitFor();
    await alice.close();
    await point(bob, 'ann').waitFor({ state: 'detached' });
  });
});
