import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';
import { describePage, eventually, line, say, state, testEveryPage } from '#shared/testing/page-testing.ts';

/** A browser notes each attempt that fails. */
const FAILED = { expectedErrors: /WebSocket connection to .* failed/ };

const NO_ALARM = /restarted|gap/;

describePage('lessons/08', (testing) => {
  const { visit, serverUrl, stopServer, startServerAgain } = testing;

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

  /** A page at the end of a cable. It goes to the page's server, and after a restart to that of the same port. */
  async function visitByCable(options = {}) {
    const { port } = new URL(serverUrl());
    const cable = await openCable(Number(port));
    const page = await visit({ ...FAILED, ...options, url: `http://localhost:${cable.port}` });
    page.on('close', () => void cable.end());
    const away = async () => {
      cable.refuse();
      cable.reset();
      await state(page, 'Closed');
    };
    return { page, cable, away };
  }

  /** Somebody without a page. Each text has its ack when `speak` resolves. */
  async function speaker(name: string) {
    const socket = new WebSocket(serverUrl().replace('http', 'ws'));
    onTestFinished(() => socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'join', username: name }));
    async function speak(texts: string[]): Promise<void> {
      const ids = texts.map(() => randomUUID());
      const isDone = hears(`"type":"ack","id":"${ids.at(-1)}"`);
      for (const [n, message] of texts.entries())
        socket.send(JSON.stringify({ type: 'chat', id: ids[n], message }));
      await isDone;
    }
    const hears = (text: string) =>
      new Promise<void>((resolve) => {
        socket.on('message', (data) => String(data).includes(text) && resolve());
      });
    return { socket, speak, hears };
  }

  test('each message has its number, the next one is one more, and a newcomer sees what was said', async () => {
    const ann = await visit();
    await join(ann, 'ann');
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
    await join(late, 'late');
    await line(late, 'other', 'two');
    expect(await linesOf(late, 'ann')).toEqual([first, second]);
    expect(await late.locator('#log .line.error').count()).toBe(0);
  });

  test('after a cut it shows what was said meanwhile, in its order, and each once', async () => {
    const { speak } = await speaker('bob');
    const { page, cable, away } = await visitByCable();
    await join(page, 'alice');
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
    await join(page, 'cleo');
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
    await join(page, 'dan');
    const bob = await visit();
    await join(bob, 'bert');
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
    await join(bob, 'bruno');
    const { page, cable, away } = await visitByCable();
    await join(page, 'dora');
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
    await join(page, 'fay');
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
    await join(page, 'eve');
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
    await join(page, 'gil');
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
    await join(page, 'iris');
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
    await join(page, 'kim');
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
    await join(page, 'judy');
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
    await join(await visit(), 'Carol');
    const page = await visit();
    await page.fill('#username', 'cAROL');
    await page.press('#username', 'Enter');
    await page.getByRole('alert').getByText('Somebody here has this name already.').waitFor();
    expect(await page.getAttribute('#username', 'aria-invalid')).toBe('true');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await join(page, 'Carol 2');
    expect(await page.locator('#refusal').textContent()).toBe('');
    await say(page, 'as 2');
    await line(page, 'own', 'as 2');
    await page.click('#rename');
    await join(page, 'Carol 3');
    await say(page, 'as 3');
    await line(page, 'own', 'as 3');
    expect(await textsOf(page, 'Carol 3')).toEqual(['as 3']);
  });
});
