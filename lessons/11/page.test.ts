import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

/** A browser notes each attempt that fails. */
const FAILED = { expectedErrors: /WebSocket connection to .* failed/ };

// The page is that of the lesson before, which tests it: here is what it does about this server's limits.
describePage('lessons/11', (testing) => {
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

  /** Writes so many texts as fast as it can. What still waits for an ack bounds what the page takes. */
  async function sayFast(page: Page, count: number): Promise<void> {
    await page.evaluate(`(async () => {
      const field = document.querySelector('#field');
      for (let n = 1; n <= ${count}; ) {
        if (document.querySelectorAll('#waiting li').length < 60) {
          field.value = 'text ' + n;
          document.querySelector('#form').requestSubmit();
          n += 1;
        } else await new Promise((go) => setTimeout(go, 5));
      }
    })()`);
  }

  test('too much at once: the page says so once, calmly, and all arrives, each once and nothing lost', async () => {
    const bob = await visit();
    await join(bob, 'bob');
    const page = await visit();
    await join(page, 'alice');
    const count = 170;
    await sayFast(page, count);
    await line(page, 'system', 'That was much at once. The rest follows in a moment.');
    await eventually(() => page.locator('#waiting li').count()).toBe(0);
    const heard = () => bob.locator('#log .line.other .text').allTextContents();
    await eventually(async () => (await heard()).length).toBe(count);
    expect(new Set(await heard()).size).toBe(count);
    await state(page, 'Open');
    expect(await page.locator('#log .line.error').count()).toBe(0);
    expect(await page.locator('#log .line.system').filter({ hasText: 'much at once' }).count()).toBe(1);
  });

  test('a text that is too long comes back, and the link stays', async () => {
    const page = await visit();
    await join(page, 'ann');
    await say(page, 'x'.repeat(2_001));
    await line(page, 'error', 'A chat message has 1 to 2,000 characters.');
    await say(page, 'y'.repeat(20_000));
    await line(page, 'error', 'Too much waits already, or this is too long.');
    await state(page, 'Open');
  });

  test('a server that sends the page away for its errors is not asked again', async () => {
    const page = await visit();
    await join(page, 'zoe');
    await page.evaluate(`(async () => {
      const { prototype } = WebSocket;
      const send = prototype.send;
      prototype.send = function (text) {
        prototype.send = send;
        for (let n = 0; n < 60; n += 1) this.send('?');
        this.send(text);
      };
    })()`);
    await say(page, 'The last word');
    await page.locator('#detail').getByText('Code 1008.').waitFor();
    await page.locator('#detail').getByText('Too many errors.').waitFor();
    await page.locator('#retry').getByText('Closed for good').waitFor();
  });
});
