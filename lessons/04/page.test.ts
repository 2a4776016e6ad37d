import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

describePage('lessons/04', (testing) => {
  const { visit, stopServer, startServerAgain } = testing;

  testEveryPage(testing, async (page) => {
    await join(page, `user ${Date.now() % 100_000}`);
    await say(page, 'Hello');
    await line(page, 'own', 'Hello');
  });

  /** Opens the page and joins. */
  async function visitAs(name: string): Promise<Page> {
    const page = await visit();
    await join(page, name);
    return page;
  }

  async function join(page: Page, name: string): Promise<void> {
    await page.fill('#username', name);
    await page.press('#username', 'Enter');
    await page.locator('#name-form').waitFor({ state: 'hidden' });
  }

  const people = (page: Page) => page.locator('#people li').allTextContents();

  test('two people chat', async () => {
    const alice = await visitAs('alice');
    const bob = await visitAs('bob');
    await line(alice, 'system', 'bob');
    expect(await people(alice)).toEqual(expect.arrayContaining(['alice you', 'bob']));
    await say(alice, 'a<b and c>d');
    expect(await line(alice, 'own', 'a<b')).toMatch(/^alice you .* a<b and c>d$/);
    expect(await line(bob, 'other', 'a<b')).toMatch(/^alice .* a<b and c>d$/);
    await bob.close();
    await eventually(() => people(alice)).not.toContain('bob');
  });

  test('before one has a name one cannot send, but write', async () => {
    const page = await visit();
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await say(page, 'too early');
    await join(page, 'early bird');
    expect(await page.inputValue('#field')).toBe('too early');
    await page.press('#field', 'Enter');
    await line(page, 'own', 'too early');
  });

  test('a refused name is explained beside the field, for a screen reader too', async () => {
    await visitAs('Carol');
    const page = await visit();
    for (const [name, why] of [
      ['cAROL', 'Somebody here has this name already.'],
      ['', 'A name has 1 to 20 characters that can be seen.'],
    ] as const) {
      await page.fill('#username', name);
      await page.press('#username', 'Enter');
      await page.getByRole('alert').getByText(why).waitFor();
      expect(await page.getAttribute('#username', 'aria-invalid')).toBe('true');
      expect(await page.getAttribute('#username', 'aria-describedby')).toBe('refusal');
      expect(await page.inputValue('#username')).toBe(name);
    }
    await join(page, 'Carol 2');
    expect(await page.locator('#refusal').textContent()).toBe('');
    expect(await page.getAttribute('#username', 'aria-invalid')).toBe(null);
  });

  test('one can take another name, and its messages are still the own ones', async () => {
    const [dave, erin] = await Promise.all([visitAs('dave'), visitAs('erin')]);
    await dave.click('#rename');
    expect(await dave.inputValue('#username')).toBe('dave');
    await join(dave, 'Dave');
    await say(dave, 'same person');
    await line(dave, 'own', /Dave you.*same person/);
    await line(erin, 'other', /Dave.*same person/);
    expect(await people(erin)).toContain('Dave');
    expect(await people(erin)).not.toContain('dave');
  });

  test('no name looks like the own one: the mark is no part of a name', async () => {
    const trent = await visitAs('trent');
    const fake = await visitAs('trent you');
    await line(trent, 'system', 'trent you');
    await say(fake, 'from the other');
    await line(trent, 'other', 'from the other');
    await say(trent, 'from myself');
    await line(fake, 'other', 'from myself');
    for (const [page, name] of [[trent, 'trent'] as const, [fake, 'trent you'] as const]) {
      expect(await page.locator('.head:has(.you) .who').allTextContents()).toEqual([name]);
      expect(await page.locator('#people li:has(.you)').allTextContents()).toEqual([`${name} you`]);
    }
  });

  test('HTML in a name or a message stays text', async () => {
    const [alice, bob] = await Promise.all([visitAs('<img src=x>'), visitAs('frank')]);
    await say(alice, '<img src=x onerror="document.title=1">');
    expect(await line(bob, 'other', 'onerror')).toMatch(
      /^<img src=x> .* <img src=x onerror="document.title=1">$/,
    );
    for (const page of [alice, bob]) expect(await page.locator('main img').count()).toBe(0);
  });

  test('it works by keyboard alone', async () => {
    const page = await visit();
    for (const id of ['look', 'log', 'username']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe(id);
    }
    await page.keyboard.type('grace');
    await page.keyboard.press('Enter');
    await line(page, 'system', 'You are grace');
    expect(await page.evaluate('document.activeElement.id')).toBe('field');
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await line(page, 'own', 'typed');
  });

  test('after a lost connection it joins again by itself, or says why it cannot', async () => {
    const [heidi, ivan] = await Promise.all([visitAs('heidi'), visitAs('ivan')]);
    await heidi.fill('#field', 'half a sentence');
    await stopServer();
    await Promise.all([state(heidi, 'Closed'), state(ivan, 'Closed')]);
    expect(await heidi.locator('#send').isDisabled()).toBe(true);
    expect(await people(heidi)).toEqual([]);

    await startServerAgain();
    await visitAs('IVAN');
    await heidi.click('#connect');
    await eventually(() => people(heidi)).toContain('heidi you');
    await heidi.press('#field', 'Enter');
    await line(heidi, 'own', 'half a sentence');

    await ivan.click('#connect');
    await ivan.getByRole('alert').getByText('Somebody here has this name already.').waitFor();
    expect(await ivan.locator('#send').isDisabled()).toBe(true);
  });

  test('a message that did not come back is given back', async () => {
    const page = await visit({
      prepare: (page) =>
        page.routeWebSocket(/./, (route) => {
          const server = route.connectToServer();
          route.onMessage((message) => {
            if (String(message).includes('Hello?')) route.close({ code: 1011 });
            else server.send(message);
          });
        }),
    });
    await join(page, 'judy');
    await say(page, 'Hello?');
    await state(page, 'Closed');
    expect(await page.inputValue('#field')).toBe('Hello?');
  });

  test('a message that the server refuses is back in the field', async () => {
    const page = await visitAs('mallory');
    await say(page, 'a'.repeat(2001));
    await line(page, 'error', 'The server did not take this.');
    expect(await page.inputValue('#field')).toBe('a'.repeat(2001));
  });
});
