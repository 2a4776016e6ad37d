import { expect, test } from 'vitest';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

describePage('lessons/03', (testing) => {
  const { visit, startServerAgain } = testing;

  testEveryPage(testing, async (page) => {
    await page.fill('#username', 'alice');
    await say(page, 'Hello');
    await line(page, 'own', 'Hello');
    await say(page, 'a'.repeat(2001));
    await line(page, 'error', 'did not take this');
  });

  test('two people chat, and each one knows the own messages', async () => {
    await startServerAgain();
    const alice = await visit();
    await line(alice, 'system', 'Welcome! 1 user(s) online');
    const bob = await visit();
    await line(alice, 'system', 'A new user joined. 2 user(s) online');
    expect(await alice.locator('#online').textContent()).toBe('2 online');

    await alice.fill('#username', 'alice');
    await say(alice, 'a<b and c>d');
    expect(await line(alice, 'own', 'a<b')).toMatch(/^alice you .* a<b and c>d$/);
    expect(await line(bob, 'other', 'a<b')).toMatch(/^alice \d.* a<b and c>d$/);
    await say(bob, 'same');
    await line(alice, 'other', /Anonymous.*same/);
    await say(alice, 'same');
    await line(bob, 'other', /alice.*same/);
    expect(await bob.locator('#log .own').count()).toBe(1);
    expect(await alice.locator('#log .own').count()).toBe(2);

    await bob.close();
    await line(alice, 'system', 'A user left. 1 user(s) online');
  });

  test('messages sent at once arrive once each, in the same order for all', async () => {
    const [alice, bob] = await Promise.all([visit(), visit()]);
    const sendMany = `for (let number = 1; number <= 30; number += 1) {
      document.querySelector('#field').value = 'number ' + number;
      document.querySelector('#form').requestSubmit();
    }`;
    await Promise.all([alice.evaluate(sendMany), bob.evaluate(sendMany)]);
    const texts = (page: typeof alice) => page.locator('#log :is(.own, .other) .text').allTextContents();
    await eventually(() => texts(alice).then((all) => all.length)).toBe(60);
    await eventually(() => texts(bob)).toEqual(await texts(alice));
    expect(await alice.locator('#log .own').count()).toBe(30);
  });

  test('HTML in a name or a message stays text', async () => {
    const [alice, bob] = await Promise.all([visit(), visit()]);
    await alice.fill('#username', '<img src=x>');
    await say(alice, '<img src=x onerror="document.title=1">');
    expect(await line(bob, 'other', 'onerror')).toMatch(
      /^<img src=x> .* <img src=x onerror="document.title=1">$/,
    );
    for (const page of [alice, bob]) expect(await page.locator('#log img').count()).toBe(0);
  });

  test('it works by keyboard alone', async () => {
    const page = await visit();
    for (const id of ['look', 'log', 'username', 'field']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe(id);
    }
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await line(page, 'own', 'typed');
  });

  test('a message that the server refuses is back in the field', async () => {
    const page = await visit();
    await say(page, 'a'.repeat(2001));
    await line(page, 'error', 'a message of 1 to 2,000');
    await eventually(() => page.inputValue('#field')).toBe('a'.repeat(2001));
    await say(page, 'shorter');
    await line(page, 'own', 'shorter');
  });

  test('nothing typed is lost when the server dies: neither what was sent nor what is being written', async () => {
    const page = await visit({
      prepare: (page) =>
        page.routeWebSocket(/./, (route) => {
          route.onMessage((message) => {
            if (String(message).includes('second')) route.close({ code: 1001 });
          });
        }),
    });
    await say(page, 'first');
    await say(page, 'second');
    await state(page, 'Closed');
    expect(await page.inputValue('#field')).toBe('first');
    await line(page, 'error', 'second');
  });
});
