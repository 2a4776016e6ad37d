import { expect, test } from 'vitest';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

describePage('lessons/02', (testing) => {
  const { visit } = testing;

  testEveryPage(testing, async (page) => {
    await say(page, 'Hello');
    await line(page, 'other', 'Hello');
    await page.click('#send-bytes');
    await line(page, 'error', 'does not take binary');
  });

  test('an echo shows its round trip in milliseconds, an empty text and a refused one too', async () => {
    const page = await visit();
    await line(page, 'system', 'Welcome to Echo WebSocket Server!');
    for (const text of ['a<b and c>d', '']) {
      await say(page, text);
      expect(await line(page, 'other', /ms/)).toMatch(/^Server .* round trip \d+\.\d ms/);
      await eventually(() => page.locator('#log .other .text').last().textContent()).toBe(text);
    }
    await page.click('#send-bytes');
    expect(await line(page, 'error', 'binary')).toMatch(/round trip \d+\.\d ms/);
  });

  test('each of many echoes has a round trip of its own', async () => {
    const page = await visit();
    await page.evaluate(`for (let number = 1; number <= 50; number += 1) {
      document.querySelector('#field').value = 'number ' + number;
      document.querySelector('#form').requestSubmit();
    }`);
    await line(page, 'other', 'number 50');
    expect(await page.locator('#log .other .note').count()).toBe(50);
  });

  test("the server's time is shown in the reader's zone", async () => {
    const page = await visit({ timezoneId: 'Asia/Tokyo', locale: 'en-GB' });
    await say(page, 'What time is it?');
    await line(page, 'other', 'What time');
    const time = page.locator('#log .other time');
    const at = (await time.getAttribute('datetime')) ?? '';
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const there = new Date(at).toLocaleTimeString('en-GB', { timeStyle: 'medium', timeZone: 'Asia/Tokyo' });
    expect(await time.textContent()).toBe(there);
  });

  test('what the server did not answer before it closed is given back', async () => {
    const page = await visit({
      prepare: (page) =>
        page.routeWebSocket(/./, (server) => {
          server.onMessage(() => server.close({ code: 1011, reason: 'Out of luck' }));
        }),
    });
    await say(page, 'Hello?');
    await state(page, 'Closed');
    expect(await page.locator('#detail').textContent()).toContain('Code 1011.');
    expect(await page.locator('#detail').textContent()).toContain('“Out of luck”');
    expect(await page.inputValue('#field')).toBe('Hello?');
    await line(page, 'error', 'Your text is in the field again.');
  });

  test('a message that is no message of the protocol becomes a line, not an exception', async () => {
    const page = await visit({
      prepare: (page) =>
        page.routeWebSocket(/./, (server) => {
          for (const text of ['null', 'Hello', '{"type":"echo"}']) server.send(text);
          server.send(Buffer.from([0xff]));
        }),
    });
    await eventually(() => page.locator('#log .error').count()).toBe(4);
  });
});
