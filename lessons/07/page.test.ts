import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
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

/** No wait is shorter than it may be. */
async function fullWaits(page: Page): Promise<void> {
  await page.addInitScript('Math.random = () => 1');
}

describePage('lessons/07', (testing) => {
  const { visit, visitByCable, serverUrl, stopServer, startServerAgain } = testing;

  testEveryPage(
    testing,
    async (page) => {
      await joinAs(page, `user ${Date.now() % 100_000}`);
      await say(page, 'Hello');
      await line(page, 'own', 'Hello');
    },
    FAILED,
  );

  const lines = (page: Page, text: string) => page.locator('#log .line').filter({ hasText: text });
  const retry = (page: Page, text: string | RegExp) => page.locator('#retry').getByText(text).waitFor();

  test('after a cut it comes back by itself, under its name, and hears the others', async () => {
    const bob = await visit();
    await joinAs(bob, 'bob');
    const { page, cable } = await visitByCable();
    await joinAs(page, 'alice');
    for (const text of ['once', 'twice']) {
      cable.reset();
      await state(page, 'Closed');
      await state(page, 'Open');
      await say(page, text);
      await line(page, 'own', text);
      await line(bob, 'other', text);
    }
    await eventually(() => bob.locator('#people li').allTextContents()).toEqual(['bob you', 'alice']);
    // One set of listeners: what bob says after two returns is there once.
    await say(bob, 'How often?');
    await line(page, 'other', 'How often?');
    expect(await lines(page, 'How often?').count()).toBe(1);
  });

  test('it says when it tries again, and the button tries now', async () => {
    const page = await visit({ ...FAILED, prepare: fullWaits });
    await joinAs(page, 'carol');
    await stopServer();
    await retry(page, /^Waiting: attempt [4-9] in \d+ s\.$/);
    expect(await page.locator('#connect').textContent()).toBe('Now');
    const word = await page.locator('#retry').textContent();
    // It counts down, all the while.
    await eventually(() => page.locator('#retry').textContent()).not.toBe(word);
    await startServerAgain();
    const tried = `document.querySelector('#connect').click(), document.documentElement.dataset.connection`;
    expect(await page.evaluate(tried)).toBe('connecting');
    await state(page, 'Open');
    expect(await page.locator('#retry').textContent()).toBe('');
  });

  test.each(['online', 'visibilitychange'])('%s lets it try sooner', async (event) => {
    const { page, cable } = await visitByCable({ prepare: fullWaits });
    cable.refuse();
    cable.reset();
    await retry(page, /^Waiting: attempt [4-9]/);
    cable.heal();
    const target = event === 'online' ? 'window' : 'document';
    // In one go: it does not wait for the time that it has announced.
    const tried = `${target}.dispatchEvent(new Event('${event}')), document.documentElement.dataset.connection`;
    expect(await page.evaluate(tried)).toBe('connecting');
    await state(page, 'Open');
  });

  test('what one writes while away waits, is shown so, and comes once and in order', async () => {
    const bob = await visit();
    await joinAs(bob, 'bert');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'dora');
    await away();
    for (const text of ['<i>one</i>', 'two']) await say(page, text);
    expect(await page.locator('#waiting li').allTextContents()).toEqual([
      'Waiting: <i>one</i>',
      'Waiting: two',
    ]);
    cable.heal();
    await line(page, 'own', 'two');
    expect(await page.locator('#waiting li').count()).toBe(0);
    await line(bob, 'other', 'two');
    const heard = await bob.locator('#log .line.other .text').allTextContents();
    expect(heard.slice(-2)).toEqual(['<i>one</i>', 'two']);
    expect(await lines(bob, 'two').count()).toBe(1);
  });

  test('it takes no more than it can keep, and the text stays in its field', async () => {
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'fay');
    await away();
    await page.evaluate(`for (let n = 1; n <= 101; n += 1) {
      document.querySelector('#field').value = 'text ' + n;
      document.querySelector('#form').requestSubmit();
    }`);
    await line(page, 'error', 'Too much waits already.');
    expect(await page.inputValue('#field')).toBe('text 101');
    expect(await page.locator('#waiting li').count()).toBe(100);
    cable.heal();
    await line(page, 'own', 'text 100');
    expect(await page.locator('#log .line.own').count()).toBe(100);
  });

  test('it meets its own ghost, says so, and gets its name back when the ghost is gone', async () => {
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'eve');
    await away();
    await say(page, 'kept');
    // Stands for the old connection, where the server has not noticed that it is dead.
    const ghost = new WebSocket(serverUrl().replace('http', 'ws'));
    await new Promise((resolve) => ghost.once('open', resolve));
    ghost.send('{"type":"join","username":"eve"}');
    await new Promise((resolve) => ghost.once('message', resolve));
    cable.heal();
    await page.getByRole('alert').getByText('eve is taken, perhaps by your own old connection.').waitFor();
    // The person who writes keeps the keyboard.
    expect(await page.evaluate('document.activeElement.id')).toBe('field');
    await say(page, 'held');
    await eventually(() => page.locator('#waiting li').allTextContents()).toEqual([
      'Waiting: kept',
      'Waiting: held',
    ]);
    ghost.close();
    await line(page, 'own', 'held');
    expect(await page.locator('#log .line.own .text').allTextContents()).toEqual(['kept', 'held']);
    expect(await page.locator('#refusal').textContent()).toBe('');
    expect(await page.locator('#waiting li').count()).toBe(0);
  });

  test('after a code that means "do not come back" it stays away, says why, and the button makes a new link', async () => {
    let isClosing = true;
    const page = await visit({
      prepare: (one) =>
        one.routeWebSocket(/./, (route) => {
          const server = route.connectToServer();
          route.onMessage((message) => {
            if (isClosing && String(message).includes('Hello?'))
              route.close({ code: 4001, reason: 'Enough.' });
            else server.send(message);
          });
        }),
    });
    await joinAs(page, 'judy');
    await say(page, 'Hello?');
    await retry(page, 'Closed for good: this page does not come back by itself.');
    await page.locator('#detail').getByText('Code 4001.').waitFor();
    await page.locator('#detail').getByText('Enough.').waitFor();
    expect(await page.inputValue('#field')).toBe('Hello?');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    isClosing = false;
    await page.getByRole('button', { name: 'Connect again' }).click();
    await line(page, 'system', /You are judy/);
    await eventually(() => lines(page, 'You are judy.').count()).toBe(2);
    await page.press('#field', 'Enter');
    await line(page, 'own', 'Hello?');
  });

  test('a refused name is explained beside the field, and a refused text is back in its own', async () => {
    await joinAs(await visit(), 'Carol');
    const page = await visit();
    await page.fill('#username', 'cAROL');
    await page.press('#username', 'Enter');
    await page.getByRole('alert').getByText('Somebody here has this name already.').waitFor();
    expect(await page.getAttribute('#username', 'aria-invalid')).toBe('true');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await joinAs(page, 'Carol 2');
    expect(await page.locator('#refusal').textContent()).toBe('');
    await say(page, 'a'.repeat(2001));
    await line(page, 'error', 'The server did not take this.');
    expect(await page.inputValue('#field')).toBe('a'.repeat(2001));
    await page.click('#rename');
    await joinAs(page, 'Carol 3');
  });
});
