import { expect, test } from 'vitest';
import {
  describePage,
  eventually,
  FAILED,
  joinAs,
  line,
  say,
  state,
  testEveryPage,
} from '#shared/testing/page-testing.ts';

// The page is that of the lesson before, which tests it: here is seen that it works with a chat that was taken apart.
describePage('lessons/10', (testing) => {
  const { visit, visitByCable } = testing;

  testEveryPage(
    testing,
    async (page) => {
      await joinAs(page, `user ${Date.now() % 100_000}`);
      await say(page, 'Hello');
      await line(page, 'own', 'Hello');
    },
    FAILED,
  );

  test('after a cut it comes back by itself, and shows what was said meanwhile, once', async () => {
    const bob = await visit();
    await joinAs(bob, 'bob');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'alice');
    await say(bob, 'before');
    await line(page, 'other', 'before');
    await away();
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
