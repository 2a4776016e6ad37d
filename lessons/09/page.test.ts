import type { Page } from 'playwright-core';
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

/** In ms. */
const EVERY = 5_000;
const PATIENCE = 3_000;

describePage('lessons/09', (testing) => {
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

  const retry = (page: Page, text: string | RegExp) => page.locator('#retry').getByText(text).waitFor();

  /** A page at the end of a cable, whose timers go when a test says so. Gives also what crosses its sockets. */
  async function visitInOwnTime() {
    const pings: string[] = [];
    const pongs: string[] = [];
    const { page, cable } = await visitByCable({
      // A context of its own: a clock belongs to all pages of one.
      locale: 'en',
      async prepare(one) {
        await one.clock.install();
        one.on('websocket', (socket) => {
          socket.on(
            'framesent',
            ({ payload }) => payload === '{"type":"ping"}' && pings.push(String(payload)),
          );
          socket.on('framereceived', ({ payload }) => {
            if (String(payload).startsWith('{"type":"pong"')) pongs.push(String(payload));
          });
        });
      },
    });
    await page.clock.pauseAt(Date.now() + 1_000);
    return { page, cable, pings, pongs, pass: (ms: number) => page.clock.runFor(ms) };
  }

  test('where nothing is said it asks every five seconds, gets an answer, and shows nothing of it', async () => {
    const { page, pings, pongs, pass } = await visitInOwnTime();
    for (let times = 1; times <= 5; times += 1) {
      await pass(EVERY);
      await eventually(() => pongs.length).toBe(times);
    }
    expect(pings.length).toBe(5);
    await state(page, 'Open');
    expect(await page.locator('#retry').textContent()).toBe('');
    expect(await page.locator('#log .line').count()).toBe(0);
  });

  test('in a frozen link it asks, says that it waits, gives up, and comes back with all that was said', async () => {
    const bob = await visit();
    await joinAs(bob, 'bob');
    const { page, cable, pings, pass } = await visitInOwnTime();
    await joinAs(page, 'alice');
    await say(bob, 'before');
    await line(page, 'other', 'before');
    cable.freeze();
    const asked = pings.length;
    await say(bob, 'meanwhile');
    await pass(EVERY);
    await eventually(() => pings.length).toBe(asked + 1);
    // The browser, and so the page, still call it open.
    await state(page, 'Open');
    await say(page, 'into the silence');
    await pass(1_000);
    await retry(page, 'No answer for 1 s …');
    await pass(PATIENCE - 1_001);
    await state(page, 'Open');
    await pass(1);
    await line(page, 'error', 'The server was silent. The page has given this connection up.');
    await page.locator('#detail').getByText('No answer: the page has given this connection up.').waitFor();
    expect(await page.locator('#waiting li').allTextContents()).toEqual(['No ack yet: into the silence']);
    // It may meet its own ghost, and then asks again.
    await page.clock.resume();
    cable.heal();
    await line(page, 'own', 'into the silence');
    await line(bob, 'other', 'into the silence');
    const heard = await page.locator('#log .line.other .text').allTextContents();
    expect(heard).toEqual(['before', 'meanwhile']);
    expect(await page.locator('#waiting li').count()).toBe(0);
    expect(await page.locator('#retry').textContent()).toBe('');
  });

  test('the ghost of a frozen page keeps its name until the server has noticed, and no longer', async () => {
    const bob = await visit();
    await joinAs(bob, 'bert');
    const { page, cable } = await visitInOwnTime();
    await joinAs(page, 'zoe');
    await line(bob, 'system', 'zoe joined.');
    cable.freeze();
    const phone = await visit();
    await phone.fill('#username', 'zoe');
    await phone.press('#username', 'Enter');
    await phone.getByRole('alert').getByText('Somebody here has this name already.').waitFor();
    await line(bob, 'system', 'zoe left.');
    await joinAs(phone, 'zoe');
    await eventually(() => bob.locator('#people li').allTextContents()).toEqual(['bert you', 'zoe']);
  });

  test('what the browser says of its network is shown, and closes nothing', async () => {
    const { page, pass } = await visitInOwnTime();
    await page.evaluate(`window.dispatchEvent(new Event('offline'))`);
    await retry(page, 'The browser says that it is offline. The page listens on.');
    await state(page, 'Open');
    await pass(EVERY);
    // It was wrong: the server answers.
    await eventually(() => page.locator('#retry').textContent()).toBe('');
    await state(page, 'Open');
  });
});
