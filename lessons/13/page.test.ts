import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  accessibilityProblems,
  describePage,
  eventually,
  line,
  say,
  state,
  testEveryPage,
} from '#shared/testing/page-testing.ts';

/** A browser notes each attempt that fails, and each answer that is a refusal. */
const FAILED = { expectedErrors: /WebSocket connection to .* failed|Failed to load resource/ };

// The page is that of the lesson before, which tests it: here is what it does about who one is.
describePage('lessons/13', (testing) => {
  const { visit, stopServer, startServerAgain } = testing;

  testEveryPage(
    testing,
    async (page) => {
      await say(page, 'Hello');
      await line(page, 'own', 'Hello');
    },
    FAILED,
  );

  const people = (page: Page) => page.locator('#people .person').allTextContents();

  test('who is not logged in gets the form, by keyboard alone, and is in after it', async () => {
    const page = await visit({ ...FAILED, guest: null });
    await page.locator('#login:not([hidden])').waitFor();
    expect(await page.locator('#connection').textContent()).toBe('Closed');
    expect(await page.locator('#form').isVisible()).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.focus('#username');
    await page.keyboard.type('keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.type('short');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // Register.
    await page.locator('#refusal').getByText('a password 8 to 200').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('password');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.type(', but longer now');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await line(page, 'system', 'You are keyboard.');
    expect(await page.locator('#login').isVisible()).toBe(false);
    expect(await page.inputValue('#password')).toBe('');
    await say(page, 'I am in');
    await line(page, 'own', 'I am in');
    // Reloaded, the page is still logged in. No script can see how.
    await page.reload();
    await line(page, 'system', 'You are keyboard.');
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  test('two tabs are one user; to log out ends both, and neither comes back by itself', async () => {
    const observer = await visit({ guest: 'observer' });
    const first = await visit({ ...FAILED, guest: 'alice' });
    const second = await first.context().newPage();
    await second.goto(first.url());
    await state(second, 'Open');
    await eventually(() => people(observer)).toContain('alice');
    await second.close();
    await say(first, 'One tab is closed');
    await line(observer, 'other', 'One tab is closed');
    expect(await people(observer)).toContain('alice');

    const third = await first.context().newPage();
    await third.goto(first.url());
    await state(third, 'Open');
    await third.click('#logout');
    for (const page of [first, third]) {
      await page.locator('#login:not([hidden])').waitFor();
      await page.locator('#detail').getByText('You are logged out.').waitFor();
      expect(await page.locator('#retry').textContent()).toBe('');
    }
    await line(observer, 'system', 'alice left.');
  });

  test('what one has written can be deleted, and nobody can see it any more', async () => {
    const alice = await visit({ guest: 'ann' });
    const bob = await visit({ guest: 'bob' });
    await say(alice, 'Something silly');
    await line(bob, 'other', 'Something silly');
    expect(await bob.locator('#log .line.other button').count()).toBe(0);
    await alice.locator('#log .line.own').filter({ hasText: 'silly' }).getByRole('button').press('Enter');
    await line(bob, 'other', 'This was deleted.');
    await line(alice, 'own', 'This was deleted.');
    expect(await alice.evaluate('document.activeElement.id')).toBe('field');
    expect(await bob.locator('#log').getByText('silly').count()).toBe(0);
  });

  test('what one user has written does not go out as the next one', async () => {
    const page = await visit({ ...FAILED, guest: 'carl' });
    await say(page, 'By carl');
    await line(page, 'own', 'By carl');
    await page.click('#logout');
    await page.locator('#login:not([hidden])').waitFor();
    await page.fill('#username', 'dora');
    await page.fill('#password', 'open sesame');
    await page.click('#register');
    await line(page, 'system', 'You are dora.');
    expect(await page.locator('#log .line.own').count()).toBe(0);
    await line(page, 'other', 'By carl');
  });

  test('a restart of the server logs nobody out', async () => {
    const page = await visit({ ...FAILED, guest: 'erin' });
    await stopServer();
    await state(page, 'Closed');
    await startServerAgain();
    await page.evaluate(`document.querySelector('#connect:enabled')?.click()`);
    await state(page, 'Open');
    expect(await page.locator('#login').isVisible()).toBe(false);
  });
});
