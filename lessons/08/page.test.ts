import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
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
import { connectRecording } from '#shared/testing/recording-client.ts';

const NO_ALARM = /restarted|gap/;

describePage('lessons/08', (testing) => {
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

  const waiting = (page: Page) => page.locator('#waiting li').allTextContents();

  /** What somebody's lines say, with their numbers: ['#5 hi']. */
  async function linesOf(page: Page, name: string): Promise<string[]> {
    const lines = page
      .locator('#log .line')
      .filter({ has: page.locator('.who').getByText(name, { exact: true }) });
    return lines.evaluateAll((all) =>
      all.map((one) => ['.note', '.text'].map((part) => one.querySelector(part)?.textContent).join(' ')),
    );
  }

  const textsOf = async (page: Page, name: string) =>
    (await linesOf(page, name)).map((text) => text.replace(/^#\d+ /, ''));

  /** Somebody without a page. Each text has its ack when `speak` resolves. */
  async function speaker(name: string) {
    const { socket, send, next } = await connectRecording(serverUrl().replace('http', 'ws'));
    onTestFinished(() => socket.terminate());
    send({ type: 'join', username: name });
    async function speak(texts: string[]): Promise<void> {
      const messages = texts.map((message) => ({ type: 'chat', id: randomUUID(), message }));
      for (const message of messages) send(message);
      await hears(`"type":"ack","id":"${messages.at(-1)?.id}"`);
    }
    async function hears(text: string): Promise<void> {
      while (!String(await next()).includes(text));
    }
    return { socket, speak, hears };
  }

  test('each message has its number, the next one is one more, and a newcomer sees what was said', async () => {
    const ann = await visit();
    await joinAs(ann, 'ann');
    for (const text of ['one', 'two']) await say(ann, text);
    await line(ann, 'own', 'two');
    const [first = '', second = ''] = await linesOf(ann, 'ann');
    expect([first, second]).toEqual([
      expect.stringMatching(/^#\d+ one$/),
      expect.stringMatching(/^#\d+ two$/),
    ]);
    expect(Number.parseInt(second.slice(1), 10)).toBe(Number.parseInt(first.slice(1), 10) + 1);
    expect(await waiting(ann)).toEqual([]);
    const late = await visit();
    await joinAs(late, 'late');
    await line(late, 'other', 'two');
    expect(await linesOf(late, 'ann')).toEqual([first, second]);
    expect(await late.locator('#log .line.error').count()).toBe(0);
  });

  test('after a cut it shows what was said meanwhile, in its order, and each once', async () => {
    const { speak } = await speaker('bob');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'alice');
    for (const round of ['first', 'second']) {
      await away();
      await speak([`${round} while away`, `${round} too`]);
      cable.heal();
      await line(page, 'other', `${round} too`);
      await speak([`after the ${round}`]);
      await line(page, 'other', `after the ${round}`);
    }
    expect(await textsOf(page, 'bob')).toEqual([
      'first while away',
      'first too',
      'after the first',
      'second while away',
      'second too',
      'after the second',
    ]);
    expect(await page.locator('#log .line').filter({ hasText: NO_ALARM }).count()).toBe(0);
  });

  test('a cut in the middle of a replay loses nothing', async () => {
    const { socket, speak, hears } = await speaker('brenda');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'cleo');
    const left = hears('cleo left.');
    await away();
    await left;
    const texts = Array.from({ length: 250 }, (_, n) => `${n + 1} ${'x'.repeat(100)}`);
    await speak(texts);
    // A page of the answer has 20,000 bytes. At first half of one comes through, and the next time one and a half.
    let cuts = 0;
    socket.on('message', (data) => {
      if (!String(data).includes('cleo left.')) return;
      cuts += 1;
      if (cuts === 1) cable.cutAfter(30_000, 'down');
    });
    cable.heal();
    cable.cutAfter(10_000, 'down');
    await eventually(async () => {
      // It may have failed often, and would wait for long.
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return (await textsOf(page, 'brenda')).length;
    }).toBe(250);
    expect(await textsOf(page, 'brenda')).toEqual(texts);
    expect(cuts).toBe(2);
  });

  test('a message that arrived, and whose ack did not, is sent again, and is there once', async () => {
    const { page, cable } = await visitByCable();
    await joinAs(page, 'dan');
    const bob = await visit();
    await joinAs(bob, 'bert');
    cable.cutAfter(1, 'down');
    await say(page, 'Is it there?');
    await line(bob, 'other', 'Is it there?');
    await eventually(() => waiting(page)).toEqual([]);
    await say(page, 'The end');
    await line(bob, 'other', 'The end');
    expect(await textsOf(bob, 'dan')).toEqual(['Is it there?', 'The end']);
    expect(await textsOf(page, 'dan')).toEqual(['Is it there?', 'The end']);
  });

  test('what one writes while away waits, is shown so, and comes once and in order', async () => {
    const bob = await visit();
    await joinAs(bob, 'bruno');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'dora');
    await away();
    for (const text of ['<i>one</i>', 'two']) await say(page, text);
    expect(await waiting(page)).toEqual(['No ack yet: <i>one</i>', 'No ack yet: two']);
    cable.heal();
    await line(page, 'own', 'two');
    await eventually(() => waiting(page)).toEqual([]);
    await line(bob, 'other', 'two');
    expect(await textsOf(bob, 'dora')).toEqual(['<i>one</i>', 'two']);
  });

  test('it takes no more than it can keep, and nothing that ends each link; the text stays in its field', async () => {
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'fay');
    await away();
    await page.evaluate(`for (let n = 1; n <= 101; n += 1) {
      document.querySelector('#field').value = 'text ' + n;
      document.querySelector('#form').requestSubmit();
    }`);
    await line(page, 'error', 'Too much waits already');
    expect(await page.inputValue('#field')).toBe('text 101');
    expect((await waiting(page)).length).toBe(100);
    cable.heal();
    await line(page, 'own', 'text 100');
    expect((await textsOf(page, 'fay')).length).toBe(100);
    const long = 'x'.repeat(10_001);
    await say(page, long);
    await line(page, 'error', 'or this is too long');
    expect(await page.inputValue('#field')).toBe(long);
  });

  test('it meets its own ghost, says so, and gets its name back when the ghost is gone', async () => {
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'eve');
    await away();
    await say(page, 'kept');
    // Stands for the old connection, where the server has not noticed that it is dead.
    const ghost = await speaker('eve');
    await ghost.speak(['fence']);
    cable.heal();
    await page.getByRole('alert').getByText('eve is taken, perhaps by your own old connection.').waitFor();
    // The person who writes keeps the keyboard.
    expect(await page.evaluate('document.activeElement.id')).toBe('field');
    await say(page, 'kept, too');
    expect(await waiting(page)).toEqual(['No ack yet: kept', 'No ack yet: kept, too']);
    ghost.socket.close();
    await line(page, 'own', 'kept, too');
    await eventually(() => waiting(page)).toEqual([]);
    expect(await textsOf(page, 'eve')).toEqual(['fence', 'kept', 'kept, too']);
    expect(await page.locator('#refusal').textContent()).toBe('');
  });

  test('after a restart it says that numbers begin again, and what waits goes to the new server', async () => {
    const page = await visit(FAILED);
    await joinAs(page, 'gil');
    await say(page, 'before');
    await line(page, 'own', 'before');
    await stopServer();
    await state(page, 'Closed');
    await say(page, 'waits');
    await startServerAgain();
    await page.evaluate(`document.querySelector('#connect:enabled')?.click()`);
    await line(page, 'own', 'waits');
    await line(page, 'error', 'The server has restarted: its numbers begin again');
    expect(await linesOf(page, 'gil')).toEqual(['#1 waits']);
    expect(await waiting(page)).toEqual([]);
    await say(page, 'after');
    await line(page, 'own', 'after');
    expect(await linesOf(page, 'gil')).toEqual(['#1 waits', '#2 after']);
  });

  test('away for longer than the server remembers: a gap, said as such', async () => {
    const { speak } = await speaker('hal');
    const { page, cable, away } = await visitByCable();
    await joinAs(page, 'iris');
    await speak(['before']);
    await line(page, 'other', 'before');
    await away();
    await speak(Array.from({ length: 1001 }, (_, n) => `text ${n + 1}`));
    cable.heal();
    await line(page, 'error', 'There is a gap before this');
    await line(page, 'other', 'text 1001');
    const texts = await textsOf(page, 'hal');
    expect([texts.length, texts[0], texts.at(-1)]).toEqual([100, 'text 902', 'text 1001']);
    await speak(['after']);
    await line(page, 'other', 'after');
  });

  test('what the server does not take comes back to its writer, and is not sent again', async () => {
    const page = await visit();
    await joinAs(page, 'kim');
    await say(page, 'a'.repeat(2001));
    await line(page, 'error', 'The server did not take this.');
    await line(page, 'error', 'A chat message has 1 to 2,000 characters.');
    expect(await page.inputValue('#field')).toBe('a'.repeat(2001));
    expect(await waiting(page)).toEqual([]);
    await say(page, 'shorter');
    await line(page, 'own', 'shorter');
  });

  test('after a code that means "do not come back" it stays away, and keeps what it has until one connects again', async () => {
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
    await page.locator('#retry').getByText('Closed for good').waitFor();
    await page.locator('#detail').getByText('Enough.').waitFor();
    expect(await waiting(page)).toEqual(['No ack yet: Hello?']);
    expect(await page.locator('#send').isDisabled()).toBe(true);
    isClosing = false;
    await page.getByRole('button', { name: 'Connect again' }).click();
    await line(page, 'own', 'Hello?');
    await eventually(() => waiting(page)).toEqual([]);
  });

  test('a refused name is explained beside the field, and what is written goes on', async () => {
    await joinAs(await visit(), 'Carol');
    const page = await visit();
    await page.fill('#username', 'cAROL');
    await page.press('#username', 'Enter');
    await page.getByRole('alert').getByText('Somebody here has this name already.').waitFor();
    expect(await page.getAttribute('#username', 'aria-invalid')).toBe('true');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await joinAs(page, 'Carol 2');
    expect(await page.locator('#refusal').textContent()).toBe('');
    await say(page, 'as 2');
    await line(page, 'own', 'as 2');
    await page.click('#rename');
    await joinAs(page, 'Carol 3');
    await say(page, 'as 3');
    await line(page, 'own', 'as 3');
    expect(await textsOf(page, 'Carol 3')).toEqual(['as 3']);
  });
});
