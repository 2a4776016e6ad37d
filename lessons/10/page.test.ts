import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openCable } from '#shared/lesson/cable.ts';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

/** A browser notes each attempt that fails. */
const FAILED = { expectedErrors: /WebSocket connection to .* failed/ };

// The page is that of the lesson before, which tests it: here is seen that it works with a chat that was taken apart.
describePage('lessons/10', (testing) => {
  const { visit, serverUrl } = testing;

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

  test('after a cut it comes back by itself, and shows what was said meanwhile, once', async () => {
    const bob = await visit();
    await join(bob, 'bob');
    const cable = await openCable(Number(new URL(serverUrl()).port));
    const page = await visit({ ...FAILED, url: `http://localhost:${cable.port}` });
    page.on('close', () => void cable.end());
    await join(page, 'alice');
    await say(bob, 'before');
    await line(page, 'other', 'before');
    cable.refuse();
    cable.reset();
    await state(page, 'Closed');
    await say(bob, 'meanwhile');
    cable.heal();
    await state(page, 'Open');
    await line(page, 'other', 'meanwhile');
    await say(page, 'I am back');
    await line(bob, 'other', 'I am back');
    await eventually(() => page.locator('#log .line.other .text').allTextContents()).toEqual([
      'before',
      'meanwhile',
    ]);
    expect(await page.locator('#waiting li').count()).toBe(0);
  });
});
