/** The wire view in a real browser: what it shows, on which lane, and what becomes of it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { browserTest, connection } from '#shared/testing/browser-testing.ts';
import { startChanged } from '#shared/testing/changed-server.ts';
import { accessibilityProblems, eventually, say } from '#shared/testing/page-testing.ts';
import { clientOn, sayOn, showsConnection } from '#shared/testing/stage.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { arrows, connectClient, heads, openBareView, openView, wayOf } from '#shared/testing/wire-view.ts';
import { openCable } from '../cable.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/03/server.ts');
});
afterAll(() => server.stop());

const connect = (name = '') => connectClient(server.socketUrl, name);

/** What "Copy as text" gives. */
async function copied(page: Page): Promise<string> {
  // To read the clipboard one would have to be asked: what goes there is noted on its way.
  await page.evaluate(`if (!('copied' in window)) {
    const write = navigator.clipboard.writeText.bind(navigator.clipboard);
    navigator.clipboard.writeText = (text) => { window.copied = text; return write(text); };
  }`);
  await page.getByRole('button', { name: 'Copy as text' }).click();
  await page.getByText(/^Cop(ied|y this text)\.$/).waitFor();
  const field = page.locator('.wire-view textarea');
  const text = String(await page.evaluate('window.copied'));
  if ((await field.count()) > 0) expect(await field.inputValue()).toBe(text);
  return text;
}

describe('lanes and arrows', () => {
  browserTest('the stage has two clients side by side, and what one says is seen on the wire', async () => {
    const { page, errors } = await openView(`${server.url}/stage`);
    for (const name of ['left', 'right']) await showsConnection(page, name, 'Open');
    const [left, right] = [clientOn(page, 'left'), clientOn(page, 'right')];
    expect(await left.locator('.wire-link').count()).toBe(0);
    await sayOn(page, 'left', '<img src=x onerror=alert(1)>');
    await right.locator('#log').getByText('<img src=x').waitFor();
    await arrows(page, '.client.text', '<img src=x').waitFor();
    await eventually(() => arrows(page, '.server.text', '<img src=x').count()).toBe(2);
    expect(await page.locator('.wire-rows img').count()).toBe(0);
    expect(await heads(page)).toEqual(['left', 'server', 'right']);

    // Filters, pause, and the conversation as text.
    await page.getByLabel('Frames', { exact: true }).selectOption('handshake');
    expect(await page.locator('.wire-rows li:not([hidden])').count()).toBe(2);
    await page.getByLabel('Frames', { exact: true }).selectOption('All frames');
    await page.getByLabel('Lane', { exact: true }).selectOption({ label: 'right' });
    await eventually(() => arrows(page, '.client.text', '<img').count()).toBe(0);
    await page.getByLabel('Lane', { exact: true }).selectOption('All lanes');
    await page.getByRole('button', { name: 'Pause' }).click();
    await sayOn(page, 'right', 'not seen');
    await left.locator('#log').getByText('not seen').waitFor();
    const late = await connect('hand');
    await page.locator('.wire-lane', { hasText: 'hand' }).waitFor();
    const text = await copied(page);
    expect(text).toMatch(/^left +── connects ─+▶ server\n/m);
    expect(text).not.toContain('not seen');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('not shown while the view was paused').waitFor();
    expect(await arrows(page, '.handshake', 'client=hand').count()).toBe(1);
    late.close();

    await page.getByRole('button', { name: 'Add a third client' }).click();
    await page.locator('.wire-lane', { hasText: 'third' }).waitFor();
    await page.getByRole('button', { name: 'Remove the third client' }).click();
    await page.getByText('third: the TCP connection is closed').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => page.locator('.wire-rows li').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  browserTest(
    'the server stands in the middle, and an arrow goes from who spoke to who heard it',
    async () => {
      const { page } = await openBareView(server.url);
      const left = await connect('left');
      await eventually(() => heads(page)).toEqual(['left', 'server']);
      const [right, third] = [await connect('right'), await connect('third')];
      await eventually(() => heads(page)).toEqual(['left', 'server', 'right', 'third']);
      for (const [name, socket] of Object.entries({ left, right, third })) {
        socket.send(`{"message":"from ${name}"}`);
        const up = arrows(page, '.client.text', `from ${name}`);
        await up.waitFor();
        const ends = name === 'left' ? ['left', 'server'] : ['server', name];
        expect(await wayOf(up)).toEqual({ ends, tip: 'server' });
        const down = arrows(page, '.server.text', `from ${name}`);
        await eventually(() => down.count()).toBe(3);
        const tips = await Promise.all((await down.all()).map(async (arrow) => (await wayOf(arrow)).tip));
        expect(tips.sort()).toEqual(['left', 'right', 'third']);
      }
      // A text has the half of its side, even if its lane is near to the server.
      const parts = await page.evaluate(
        `['left', 'right'].map((side) => document.querySelector('.on-' + side + ' > .wire-arrow').offsetWidth / document.querySelector('.wire-rows').offsetWidth)`,
      );
      expect(parts).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.5, 1)]);
    },
  );

  browserTest('lanes are named as the clients are, and more than five share the last one', async () => {
    const { page } = await openBareView(server.url);
    const left = await connect('left');
    for (const name of ['right', 'third', 'hand']) await connect(name);
    await eventually(() => heads(page)).toEqual(['hand', 'left', 'server', 'right', 'third']);
    await connect('left');
    await eventually(() => heads(page)).toEqual(['hand', 'left 2', 'left', 'server', 'right', 'third']);
    // Who connects again goes on in its lane.
    left.close();
    await page.getByText('left: the TCP connection is closed').waitFor();
    await connect('left');
    await page.locator('.wire-lane:not(.gone)', { hasText: /^left$/ }).waitFor();
    await connect();
    await eventually(() => heads(page)).toContain('others');
    expect(await heads(page)).toHaveLength(6);
    expect(await page.getByLabel('Lane', { exact: true }).innerText()).toMatch(/client \d+/);
  });

  browserTest('a lane takes the nickname that the server gives, and no other', async () => {
    const chat = await startServer('lessons/04/server.ts');
    onTestFinished(() => chat.stop());
    const { page, errors } = await openBareView(chat.url);
    const left = await connectClient(chat.socketUrl, 'left');
    const right = await connectClient(chat.socketUrl, 'right');
    left.send('{"type":"join","username":"<b>alice</b>"}');
    right.send('{"type":"joined","username":"eve"}');
    await eventually(() => heads(page)).toEqual(['<b>alice</b> left', 'server', 'right']);
    right.send('{"type":"join","username":"bob"}');
    await eventually(() => heads(page)).toEqual(['<b>alice</b> left', 'server', 'bob right']);
    left.send(JSON.stringify({ type: 'chat', message: '{"type":"joined","username":"eve"}' }));
    left.send('{"type":"join","username":"ann"}');
    await eventually(() => heads(page)).toEqual(['ann left', 'server', 'bob right']);
    await page.getByRole('button', { name: /^server to bob \(right\): text .*ann/ }).waitFor();
    expect(errors).toEqual([]);
  });

  browserTest('each page shows the wire where one asks for it, and says which lane it is', async () => {
    const { page, errors } = await openView(server.url, 375);
    await page.getByRole('link', { name: 'Look at the wire' }).click();
    await connection(page, 'open');
    const own = page.locator('.wire-lane', { hasText: 'this page' });
    await own.waitFor();
    expect(await own.count()).toBe(1);
    // Alone, it has all of the width. With others, it stays where it is.
    expect((await heads(page)).at(-1)).toBe('server');
    await connect('right');
    await connect('left');
    await eventually(async () =>
      (await heads(page)).map((head) => head.replace(/client \d+/, 'mine')),
    ).toEqual(['left', 'mine this page', 'server', 'right']);
    await say(page, 'It is me.');
    await arrows(page, '.client.text', 'It is me.').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Hide the wire' }).click();
    await page.waitForURL(`${server.url}/`);
    expect(errors).toEqual([]);
  });
});

describe('what stays, and what leaves', () => {
  browserTest('a flood does not freeze the page', async () => {
    const { page } = await openView(`${server.url}/?client=me`);
    await page.locator('.wire-lane', { hasText: 'this page' }).waitFor();
    const socket = await connect();
    for (let at = 0; at < 5000; at += 1) socket.send(`{"message":"${at}"}`);
    await page.locator('.wire-note', { hasText: 'came too fast' }).first().waitFor();
    await say(page, 'It still answers.');
    await page.locator('#log').getByText('It still answers.').waitFor();
    expect(await page.locator('.wire-rows li').count()).toBeLessThanOrEqual(400);
  });

  browserTest(
    'how an open connection began is there, however late one looks, and however long one does',
    async () => {
      const [early, talker] = [await connect('left'), await connect('right')];
      early.send('{"message":"before anybody looked"}');
      const { page } = await openBareView(server.url);
      const first = arrows(page, '.handshake', 'client=left');
      await first.click();
      const detail = page.locator('.wire-detail');
      await detail.getByText('This connection is older than the view.').waitFor();
      await detail.getByText(/^Sec-WebSocket-Key: /).waitFor();
      await detail.getByText(/^Sec-WebSocket-Accept: /).waitFor();
      await page.keyboard.press('Escape');
      // What has the focus would stay, whatever it is.
      await page.locator('.wire-title').click();
      const fill = async (text: string) => {
        for (let at = 0; at < 150; at += 1) {
          talker.send(`{"message":"${text} ${at}"}`);
          if (at % 3 === 2) await arrows(page, '.client.text', `"${text} ${at}"`).waitFor();
        }
      };
      await fill('first');
      await page.getByText(/\d+ older rows are not kept/).waitFor();
      expect(await page.locator('.wire-rows > li').count()).toBeLessThanOrEqual(400);
      expect(await first.count()).toBe(1);
      expect(await arrows(page, '.client.text', '"first 0"').count()).toBe(0);
      early.close();
      await page.getByText('left: the TCP connection is closed').waitFor();
      await eventually(() => first.count()).toBe(0);
    },
  );

  browserTest('only a connection that ends without a close frame is said to end with 1006', async () => {
    const { page } = await openView(`${server.url}/?client=me`);
    await page.locator('.wire-lane', { hasText: 'this page' }).waitFor();
    const ends = page.getByText('the TCP connection is closed');
    const [polite, lost] = [await connect(), await connect()];
    polite.close(1000, 'bye');
    await eventually(() => ends.count()).toBe(1);
    expect(await copied(page)).not.toContain('1006');
    lost.terminate();
    await eventually(() => ends.count()).toBe(2);
    await page.getByText('without a close frame: 1006').waitFor();
    const text = await copied(page);
    expect(text.match(/closed: 1000 bye/g)).toHaveLength(1);
    expect(text.match(/closed: 1006/g)).toHaveLength(1);
  });

  browserTest('a frame that breaks the protocol says what is wrong with it', async () => {
    const { page } = await openBareView(server.url);
    const { socket } = await rawConnect(server.socketUrl);
    onTestFinished(() => void socket.destroy());
    socket.resume();
    socket.write(rawFrame(1, 'no mask', { masked: false }));
    const broken = arrows(page, '.broken', 'Breaks the protocol: A client must mask its frames.');
    await broken.click();
    const detail = page.locator('.wire-detail');
    expect(await detail.locator('.wire-error').innerText()).toMatch(/^A client must mask .* Byte 1, § 5.1/);
    expect(await detail.locator('tr.broken').first().innerText()).toContain('MASK');
    expect(await accessibilityProblems(page)).toEqual([]);
    await arrows(page, '.server.close', '1002').waitFor();
  });

  browserTest(
    'a crash leaves all in view, the frame that caused it, too, and the next run says so',
    async () => {
      const find = "socket.on('error', ";
      const fragile = await startChanged('lessons/03', [
        { file: 'server.ts', find, replace: "socket.on('nothing', " },
      ]);
      onTestFinished(() => fragile.stop());
      const { page } = await openBareView(fragile.url);
      await connectClient(fragile.socketUrl, 'left');
      const { socket } = await rawConnect(fragile.socketUrl);
      onTestFinished(() => void socket.destroy());
      socket.resume();
      await page.locator('.wire-lane', { hasText: 'client' }).waitFor();
      socket.write(rawFrame(1, 'no mask', { masked: false }));
      await page.getByText('The server is away. What came before stays here.').waitFor();
      await arrows(page, '.broken', 'A client must mask its frames.').waitFor();
      await arrows(page, '.handshake', 'client=left').waitFor();
      await page.getByText('left: the TCP connection is closed, without a close frame: 1006').waitFor();
      expect(await page.locator('.wire-lane:not(.gone)').count()).toBe(1);
      expect(await page.getByText('The server is away.', { exact: true }).count()).toBe(1);
      expect(await accessibilityProblems(page)).toEqual([]);
      const again = await fragile.restart();
      onTestFinished(() => again.stop());
      await page.getByText('The server was started again').waitFor();
      expect(await page.getByText('The server is away.', { exact: true }).count()).toBe(0);
      await arrows(page, '.broken').waitFor();
      await connectClient(again.socketUrl, 'left');
      await page.locator('.wire-lane:not(.gone)', { hasText: 'left' }).waitFor();
      expect(await arrows(page, '.handshake', 'client=left').count()).toBe(2);
    },
  );

  browserTest('a view that was cut off from a server that lives takes back what it said', async () => {
    const cable = await openCable(Number(new URL(server.url).port));
    onTestFinished(() => cable.end());
    const { page } = await openBareView(`http://localhost:${cable.port}`);
    await connect('left');
    await page.locator('.wire-lane:not(.gone)', { hasText: 'left' }).waitFor();
    cable.refuse();
    cable.reset();
    await page.getByText('The server is away. What came before stays here.').waitFor();
    await page.getByText('without a close frame').waitFor();
    cable.heal();
    await page.getByText('was cut off').waitFor();
    await page.locator('.wire-lane:not(.gone)', { hasText: 'left' }).waitFor();
    expect(await page.getByText('without a close frame').count()).toBe(0);
    expect(await arrows(page, '.handshake', 'client=left').count()).toBe(1);
  });
});
