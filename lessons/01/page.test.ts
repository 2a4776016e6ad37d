import { expect, test } from 'vitest';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

describePage('lessons/01', (testing) => {
  const { visit } = testing;

  testEveryPage(testing, async (page) => {
    await say(page, 'Hello');
    await line(page, 'other', 'Echo: Hello');
  });

  test('a text comes back, and stands apart from what one has sent', async () => {
    const page = await visit();
    await line(page, 'other', 'Welcome to Echo WebSocket Server!');
    await say(page, 'a<b and c>d');
    expect(await line(page, 'own', 'a<b')).toBe('You a<b and c>d');
    expect(await line(page, 'other', 'a<b')).toBe('Server Echo: a<b and c>d');
    expect(await page.inputValue('#field')).toBe('');
  });

  test('a binary message comes back byte by byte', async () => {
    const page = await visit();
    await page.click('#send-bytes');
    expect(await line(page, 'other', 'binary')).toBe('Server binaryff fe 00 01 45 63 68 6f');
  });

  test('all four states can be seen, with the close code in words', async () => {
    const page = await visit();
    await page.click('#close');
    await state(page, 'Closed');
    const detail = await page.locator('#detail').textContent();
    expect(detail).toBe('Code 1000. Closed in the normal way. The reason given: “Somebody pressed Close.”');
    const lines = await page.locator('#log .line.system').allTextContents();
    const states = lines.map((text) => /^readyState \d, [A-Z]+/.exec(text)?.[0]);
    expect(states).toEqual([
      'readyState 0, CONNECTING',
      'readyState 1, OPEN',
      'readyState 2, CLOSING',
      'readyState 3, CLOSED',
    ]);
    expect(await page.locator('#close').isDisabled()).toBe(true);
    await page.click('#connect');
    await state(page, 'Open');
  });

  test('it works by keyboard alone', async () => {
    const page = await visit();
    for (const id of ['look', 'close', 'log', 'field']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe(id);
    }
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await line(page, 'other', 'Echo: typed');
  });

  test('HTML stays text', async () => {
    const page = await visit();
    const html = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await say(page, html);
    expect(await line(page, 'other', 'img')).toBe(`Server Echo: ${html}`);
    expect(await page.locator('#log :is(img, script)').count()).toBe(0);
  });

  test('what was typed stays while there is no connection', async () => {
    const page = await visit();
    await page.click('#close');
    await state(page, 'Closed');
    await say(page, 'not lost');
    expect(await page.inputValue('#field')).toBe('not lost');
    await page.click('#connect');
    await state(page, 'Open');
    await page.press('#field', 'Enter');
    await line(page, 'other', 'Echo: not lost');
  });

  test('what was sent and did not come back is given back', async () => {
    const page = await visit();
    const tooBig = 'a'.repeat(70_000);
    await say(page, tooBig);
    await state(page, 'Closed');
    await page.locator('#detail').getByText('Code 1009. A message was too big.').waitFor();
    expect(await page.inputValue('#field')).toBe(tooBig);
  });

  test('the log keeps to the newest line, unless the reader has scrolled up', async () => {
    const page = await visit();
    const isNewestInView = () =>
      page.evaluate(`(() => {
        const bottom = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
        return bottom('#log .line:last-child') <= bottom('#log');
      })()`);
    for (let number = 1; number <= 20; number += 1) await say(page, `line ${number}`);
    await line(page, 'other', 'Echo: line 20');
    await eventually(isNewestInView).toBe(true);
    await page.locator('#log').hover();
    await page.mouse.wheel(0, -5000);
    await eventually(() => page.evaluate(`document.querySelector('#log').scrollTop`)).toBe(0);
    await say(page, 'unseen');
    await line(page, 'other', 'Echo: unseen');
    expect(await isNewestInView()).toBe(false);
  });
});
