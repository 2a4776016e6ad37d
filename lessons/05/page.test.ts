import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describePage, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

describePage('lessons/05', (testing) => {
  const { visit, stopServer, startServerAgain } = testing;

  testEveryPage(testing, async (page) => {
    const name = `user ${Date.now() % 100_000}`;
    await join(page, name);
    await say(page, 'Hello');
    await line(page, 'own', 'Hello');
    await say(page, `/w ${name} to myself`);
    await line(page, 'private', 'to myself');
    await say(page, '/w nobody at all');
    await page.getByRole('alert').getByText('Nobody here has this name.').waitFor();
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

  /** Waits until one page knows that somebody is here. */
  const sees = (page: Page, name: string) =>
    page.locator('#people').getByText(name, { exact: true }).waitFor();

  test('two people write privately, and a third sees nothing of it', async () => {
    const [alice, bob, carol] = await Promise.all([visitAs('alice'), visitAs('bob'), visitAs('carol')]);
    await sees(alice, 'bob');
    await sees(bob, 'alice');
    await alice.selectOption('#to', 'bob');
    await say(alice, 'from the list');
    expect(await line(alice, 'private.own', 'from the list')).toMatch(/^You to bob .* private/);
    expect(await line(bob, 'private', 'from the list')).toMatch(/^alice to you .* private/);
    await say(bob, '/w ALICE by command');
    await line(alice, 'private', /bob to you.*by command/);
    await bob.locator('#people').getByText('alice', { exact: true }).click();
    await say(bob, 'a<b by a click');
    await line(alice, 'private', /bob to you.*a<b by a click/);

    // The fence: what carol gets after all this shows that she got the rest of what was for her.
    await alice.selectOption('#to', '');
    await say(alice, 'for all');
    await line(carol, 'other', 'for all');
    expect(await carol.locator('#log .private').count()).toBe(0);
    expect(await carol.locator('#log').textContent()).not.toMatch(/list|command|click/);
  });

  test('names may have spaces: the longest that is here wins', async () => {
    const [dave, short, long] = await Promise.all([visitAs('dave'), visitAs('Ann'), visitAs('Ann Lee')]);
    await sees(dave, 'Ann');
    await sees(dave, 'Ann Lee');
    await say(dave, '/w ann  lee is here');
    expect(await line(long, 'private', 'is here')).toMatch(/^dave to you.*privateis here$/);
    await say(dave, '/w ann leeway');
    await line(short, 'private', /dave to you.*leeway/);
    await say(dave, '/w ann lee hello to you');
    expect(await line(long, 'private', 'hello')).toMatch(/hello to you$/);
    await say(dave, '/w ann lee');
    await line(short, 'private', /lee$/);
  });

  test('a command that names nobody is explained, and goes to nobody', async () => {
    const [erin, frank] = await Promise.all([visitAs('erin'), visitAs('frank')]);
    for (const text of ['/w nobody psst', '/w frank', '/w', ' /W nobody psst']) {
      await say(erin, text);
      await erin.getByRole('alert').getByText('Nobody here has this name.').waitFor();
      expect(await erin.getAttribute('#field', 'aria-invalid')).toBe('true');
      expect(await erin.inputValue('#field')).toBe(text);
      await erin.fill('#field', '');
      expect(await erin.locator('#problem').textContent()).toBe('');
    }
    await say(erin, '/where is everybody?');
    await line(frank, 'other', '/where is everybody?');
    expect(await frank.locator('#log').textContent()).not.toContain('psst');
  });

  test('what was meant for somebody who has left goes to nobody, and is given back', async () => {
    const [grace, heidi, ivan] = await Promise.all([visitAs('grace'), visitAs('heidi'), visitAs('ivan')]);
    await sees(grace, 'heidi');
    await grace.selectOption('#to', 'heidi');
    await heidi.close();
    await grace.locator('#to option', { hasText: 'To heidi (not here)' }).waitFor({ state: 'attached' });
    await say(grace, 'a secret');
    await line(grace, 'error', 'Nobody here has this name.');
    expect(await grace.inputValue('#field')).toBe('/w heidi a secret');
    await grace.selectOption('#to', '');
    await say(grace, 'a fence');
    await line(ivan, 'other', 'a fence');
    expect(await ivan.locator('#log').textContent()).not.toContain('secret');
  });

  test('no name looks like the own one: the mark is no part of a name', async () => {
    const [trent, fake] = await Promise.all([visitAs('trent'), visitAs('trent you')]);
    await trent.locator('#people button').getByText('trent you', { exact: true }).waitFor();
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
    const [judy, img] = await Promise.all([visitAs('judy'), visitAs('<img src=x>')]);
    await sees(judy, '<img src=x>');
    await say(img, '/w judy <img src=x onerror="document.title=1">');
    expect(await line(judy, 'private', 'onerror')).toMatch(/^<img src=x> to you .*<img src=x onerror=/);
    for (const page of [judy, img]) expect(await page.locator('main img').count()).toBe(0);
  });

  test('it works by keyboard alone', async () => {
    await startServerAgain();
    await visitAs('kim');
    const page = await visit();
    for (let stop = 0; stop < 3; stop += 1) await page.keyboard.press('Tab');
    await page.keyboard.type('leo');
    await page.keyboard.press('Enter');
    await line(page, 'system', 'You are leo');
    expect(await page.evaluate('document.activeElement.id')).toBe('field');
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('to');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await line(page, 'private.own', /You to kim.*typed/);
  });

  test('after a lost connection nothing typed is lost, and the same person is still picked', async () => {
    const [mia, noah] = await Promise.all([visitAs('mia'), visitAs('noah')]);
    await sees(mia, 'noah');
    await mia.selectOption('#to', 'noah');
    await mia.fill('#field', 'between us');
    await stopServer();
    await Promise.all([state(mia, 'Closed'), state(noah, 'Closed')]);
    await startServerAgain();
    await noah.click('#connect');
    await sees(noah, 'noah you');
    await mia.click('#connect');
    await sees(mia, 'noah');
    expect(await mia.inputValue('#to')).toBe('noah');
    await mia.press('#field', 'Enter');
    await line(noah, 'private', /mia to you.*between us/);
  });
});
