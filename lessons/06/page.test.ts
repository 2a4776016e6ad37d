import { once } from 'node:events';
import type { Page, WebSocketRoute } from 'playwright-core';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  describePage,
  eventually,
  state,
  testEveryPage,
  type VisitOptions,
} from '#shared/testing/page-testing.ts';
import { type ClientMessage, type Line, MAX_LINES, parseServerMessage } from './protocol.ts';

describePage('lessons/06', (testing) => {
  const { visit, serverUrl, stopServer, startServerAgain } = testing;

  /** The tests share one server. This is quicker than to start another. */
  async function emptyCanvas(): Promise<void> {
    const socket = new WebSocket(serverUrl().replace('http', 'ws'));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'clear' }));
    await once(socket, 'message');
    socket.terminate();
  }

  testEveryPage(testing, async (page) => {
    await drag(page, [0.2, 0.2], [0.8, 0.8]);
    await settled(page);
  });

  test('two people draw, and whoever comes late sees the same, to the pixel', async () => {
    await emptyCanvas();
    const [alice, bob] = await Promise.all([visit(), visit()]);
    await alice.getByLabel('Red', { exact: true }).check();
    await bob.getByLabel('Blue', { exact: true }).check();
    await bob.getByLabel('Width', { exact: true }).fill('40');
    await Promise.all([drag(alice, [0.1, 0.1], [0.9, 0.9], 25), drag(bob, [0.9, 0.1], [0.1, 0.9], 25)]);
    await expectSamePicture(alice, bob);
    expect(await colors(alice)).toEqual(expect.arrayContaining(['#d1382c', '#2463c9']));
  });

  test('where strokes cross at once, the order is the one of the server', async () => {
    await emptyCanvas();
    const { held, hold } = holdMessages();
    const [alice, bob] = await Promise.all([visit({ prepare: hold }), visit()]);
    await alice.getByLabel('Red', { exact: true }).check();
    await bob.getByLabel('Blue', { exact: true }).check();
    for (const page of [alice, bob]) await page.getByLabel('Width', { exact: true }).fill('50');
    // Alice draws first, but her line is on its way for so long that Bob's line overtakes it.
    await drag(alice, [0.2, 0.5], [0.8, 0.5]);
    await drag(bob, [0.5, 0.2], [0.5, 0.8]);
    await settled(bob);
    await eventually(() => colors(alice)).toContain('#2463c9');
    expect(await colorAt(alice, 'confirmed', 0.5, 0.5)).toBe('#2463c9');
    expect(await colorAt(alice, 'provisional', 0.5, 0.5)).toBe('#d1382c');
    held.release();
    await expectSamePicture(alice, bob);
    expect(await colorAt(bob, 'confirmed', 0.5, 0.5)).toBe('#d1382c');
  });

  test('a stroke that races a clear stays in view, and comes after the clear for everyone', async () => {
    await emptyCanvas();
    const { held, hold } = holdMessages();
    const [alice, bob] = await Promise.all([visit({ prepare: hold }), visit()]);
    await drag(bob, [0.1, 0.1], [0.9, 0.1]);
    await eventually(() => colors(alice)).toEqual(['#1d2b28']);
    await alice.getByLabel('Red', { exact: true }).check();
    await drag(alice, [0.1, 0.5], [0.9, 0.5]);
    await bob.getByText('Clear for everyone').click();
    await eventually(() => colors(alice)).toEqual([]);
    expect(await colorAt(alice, 'provisional', 0.5, 0.5)).toBe('#d1382c');
    held.release();
    await expectSamePicture(alice, bob);
    expect(await colors(bob)).toEqual(['#d1382c']);
  });

  test('a stroke that was there before the clear is gone for everyone', async () => {
    await emptyCanvas();
    const [alice, bob] = await Promise.all([visit(), visit()]);
    await Promise.all([
      drag(alice, [0.1, 0.1], [0.9, 0.9], 20),
      bob.getByText('Clear for everyone').click(),
      drag(bob, [0.9, 0.1], [0.1, 0.9], 20),
    ]);
    await expectSamePicture(alice, bob);
    await bob.getByText('Clear for everyone').click();
    await eventually(() => colors(alice)).toEqual([]);
    await expectSamePicture(alice, bob);
  });

  test('line 10,001 pushes the first one out, for everyone', async () => {
    await emptyCanvas();
    const first = await visit();
    await first.getByLabel('Red', { exact: true }).check();
    await first.getByLabel('Width', { exact: true }).fill('40');
    await drag(first, [0.5, 0.5], [0.5, 0.5]);
    await settled(first);
    await eventually(() => colors(first)).toEqual(['#d1382c']);
    await first.close();
    // Most of them while nobody looks: a browser that is remote-controlled tells of each frame.
    await fill(serverUrl(), MAX_LINES - 200);
    const alice = await visit();
    await fill(alice.url(), 199);
    const bob = await visit();
    await expectSamePicture(alice, bob);
    expect(await colorAt(bob, 'confirmed', 0.5, 0.5)).toBe('#d1382c');
    await fill(alice.url(), 1);
    await eventually(() => colorAt(alice, 'confirmed', 0.5, 0.5)).toBe('');
    await expectSamePicture(alice, bob);
  });

  test('a fast pointer loses no point: all coalesced places are drawn', async () => {
    await emptyCanvas();
    const page = await visit();
    const box = await canvasBox(page);
    await page.mouse.move(box.x + 10, box.y + 10);
    await page.mouse.down();
    await page.evaluate(`(() => {
      const place = (step) => ({ pointerId: 1, clientX: ${box.x} + 10 * step, clientY: ${box.y} + 20 * step });
      const coalescedEvents = [2, 3, 4, 5, 6].map((step) => new PointerEvent('pointermove', place(step)));
      const canvas = document.querySelector('#provisional');
      canvas.dispatchEvent(new PointerEvent('pointermove', { ...place(6), coalescedEvents }));
    })()`);
    await page.mouse.up();
    await settled(page);
    // A dot where the pointer came down, and a line to each of the five places.
    expect((await snapshot(page.url())).length).toBe(6);
  });

  test('one draws by touch, and a tap is a dot', async () => {
    await emptyCanvas();
    const page = await visit({ hasTouch: true, isMobile: true, viewport: { width: 375, height: 667 } });
    await page.getByLabel('Width', { exact: true }).fill('40');
    const box = await canvasBox(page);
    await page.touchscreen.tap(box.x + box.width / 4, box.y + box.height / 2);
    await settled(page);
    const [dot, ...others] = await snapshot(page.url());
    expect(others).toEqual([]);
    expect(dot?.from).toEqual(dot?.to);
    expect(await colorAt(page, 'confirmed', 0.25, 0.5)).toBe('#1d2b28');

    const touch = await page.context().newCDPSession(page);
    const at = (x: number) => [{ x: box.x + x * box.width, y: box.y + box.height / 4 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.2) });
    for (const x of [0.4, 0.6, 0.8]) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await settled(page);
    expect(await colorAt(page, 'confirmed', 0.7, 0.25)).toBe('#1d2b28');
    expect(await page.evaluate('scrollY')).toBe(0);
  });

  test('one draws by keyboard alone', async () => {
    await emptyCanvas();
    const page = await visit();
    for (let stop = 0; stop < 2; stop += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('provisional');
    expect(await page.locator('#pen').isVisible()).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.locator('#pen-state').getByText('The pen is down.').waitFor();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('#pen-state').getByText('The pen is up.').waitFor();
    await page.keyboard.press('ArrowLeft');
    await settled(page);
    const lines = await snapshot(page.url());
    expect(lines.map(({ to }) => to)).toEqual([
      [0.51, 0.5],
      [0.56, 0.5],
      [0.56, expect.closeTo(0.485, 3)],
    ]);
  });

  test('it is sharp on a dense screen, and right again after a resize', async () => {
    await emptyCanvas();
    const small = { deviceScaleFactor: 2, viewport: { width: 400, height: 700 } };
    const page = await visit({ deviceScaleFactor: 2, viewport: { width: 800, height: 700 } });
    await drag(page, [0.1, 0.1], [0.9, 0.9], 20);
    await settled(page);
    await page.setViewportSize(small.viewport);
    const size = `(() => {
      const canvas = document.querySelector('#confirmed');
      return [canvas.width / canvas.clientWidth, canvas.clientWidth / canvas.clientHeight];
    })()`;
    const rightSize = [expect.closeTo(2, 1), expect.closeTo(1.5, 1)];
    await eventually(() => page.evaluate(size)).toEqual(rightSize);
    const fresh = await visit(small);
    expect(await fresh.evaluate(size)).toEqual(rightSize);
    await expectSamePicture(page, fresh, small);
    await drag(page, [0.9, 0.1], [0.1, 0.9], 5);
    await expectSamePicture(page, fresh, small);
  });

  test('without a connection one cannot draw; what was on its way is sent again', async () => {
    await emptyCanvas();
    const { held, hold } = holdMessages();
    const page = await visit({ prepare: hold });
    await page.getByLabel('Red', { exact: true }).check();
    await drag(page, [0.2, 0.5], [0.8, 0.5]);
    await stopServer();
    await state(page, 'Closed');
    await page.getByText('Not connected: you cannot draw now.').waitFor();
    await page.getByLabel('Green', { exact: true }).check();
    await drag(page, [0.2, 0.2], [0.8, 0.2]);
    expect(await colorAt(page, 'provisional', 0.5, 0.2)).toBe('');
    expect(await colorAt(page, 'provisional', 0.5, 0.5)).toBe('#d1382c');
    await startServerAgain();
    held.release();
    await page.click('#connect');
    await settled(page);
    expect(await colorAt(page, 'confirmed', 0.5, 0.5)).toBe('#d1382c');
    expect((await snapshot(page.url())).every(({ color }) => color === '#d1382c')).toBe(true);
  });

  test('what is drawn before the canvas has come is sent once', async () => {
    await emptyCanvas();
    const { held, hold } = holdMessages('server');
    const page = await visit({ prepare: hold });
    await drag(page, [0.2, 0.2], [0.8, 0.2]);
    await eventually(() => colors(page, 'provisional')).toEqual(['#1d2b28']);
    held.release();
    await settled(page);
    // The fence: it goes the same way as whatever the page sends when the canvas comes.
    await drag(page, [0.2, 0.8], [0.8, 0.8]);
    await settled(page);
    const lines = (await snapshot(page.url())).map((line) => JSON.stringify(line));
    expect(lines).toEqual([...new Set(lines)]);
  });

  /** All three have nothing on its way, and the two and a third who comes now see the same pixels. */
  async function expectSamePicture(alice: Page, bob: Page, options: VisitOptions = {}): Promise<void> {
    await Promise.all([settled(alice), settled(bob)]);
    const late = await visit(options);
    await late.evaluate(TWO_FRAMES);
    // The snapshot is the first message: it may be on its way still. The lines of the others come in order.
    await eventually(async () => (await picture(late)) === (await picture(alice))).toBe(true);
    await eventually(async () => (await picture(late)) === (await picture(bob))).toBe(true);
  }
});

const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

async function canvasBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  return page.evaluate<DOMRect>("document.querySelector('#provisional').getBoundingClientRect().toJSON()");
}

type Place = [x: number, y: number];

/** Draws a straight stroke with the mouse, in so many steps. */
async function drag(page: Page, from: Place, to: Place, steps = 4): Promise<void> {
  const { x, y, width, height } = await canvasBox(page);
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps });
  await page.mouse.up();
}

/** Waits until everything that was drawn on this page has come back from the server. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(TWO_FRAMES);
  await eventually(() => colors(page, 'provisional')).toEqual([]);
}

/** All pixels of the confirmed lines. */
async function picture(page: Page): Promise<string> {
  return String(await page.evaluate(`document.querySelector('#confirmed').toDataURL()`));
}

/** The colours of a canvas that cover at least twenty pixels: those at the edges of a line are mixed. */
async function colors(page: Page, canvas = 'confirmed'): Promise<string[]> {
  const found: unknown = await page.evaluate(`(() => {
    const canvas = document.querySelector('#${canvas}');
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) if (pixel >>> 24 === 255) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const hex = (pixel) => '#' + [0, 8, 16].map((bits) => ((pixel >>> bits) & 255).toString(16).padStart(2, '0')).join('');
    return [...counts].filter(([, count]) => count >= 20).map(([pixel]) => hex(pixel));
  })()`);
  return Array.isArray(found) ? found.map(String) : [];
}

/** The colour at one place of a canvas, '' where nothing is painted. */
async function colorAt(
  page: Page,
  canvas: 'confirmed' | 'provisional',
  x: number,
  y: number,
): Promise<string> {
  return String(
    await page.evaluate(`(() => {
      const canvas = document.querySelector('#${canvas}');
      const [red, green, blue, alpha] = canvas.getContext('2d')
        .getImageData(Math.round(${x} * canvas.width), Math.round(${y} * canvas.height), 1, 1).data;
      return alpha === 0 ? '' : '#' + [red, green, blue].map((one) => one.toString(16).padStart(2, '0')).join('');
    })()`),
  );
}

/** Keeps what a page, or the server, sends on its way, until it is released. */
function holdMessages(sender: 'page' | 'server' = 'page') {
  let isHeld = true;
  let waiting: (() => void)[] = [];
  const hold = (page: Page) =>
    page.routeWebSocket(/./, (route: WebSocketRoute) => {
      const server = route.connectToServer();
      const [from, to] = sender === 'page' ? [route, server] : [server, route];
      from.onMessage((message) => {
        if (isHeld) waiting.push(() => to.send(message));
        else to.send(message);
      });
    });
  const release = () => {
    isHeld = false;
    for (const send of waiting) send();
    waiting = [];
  };
  return { hold, held: { release } };
}

/** Draws so many lines in the lower half of the canvas, and waits until the server has them all. */
async function fill(url: string, count: number): Promise<void> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  for (let number = 0; number < count; number += 1) {
    const [x, y] = [(number % 100) / 100, 0.7 + (number % 30) / 100];
    const color = number % 2 === 0 ? '#2463c9' : '#1f8a5b';
    const line: ClientMessage = {
      type: 'line',
      from: [x, y],
      to: [1 - x, 0.99],
      color,
      width: 1 + (number % 3),
    };
    socket.send(JSON.stringify(line));
  }
  let confirmed = 0;
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      if (parseServerMessage(String(data))?.type === 'line') confirmed += 1;
      if (confirmed === count) resolve();
    });
  });
  socket.terminate();
}

/** The lines that the server sends to a newcomer. */
async function snapshot(url: string): Promise<Line[]> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const [data] = await once(socket, 'message');
  socket.terminate();
  const message = parseServerMessage(String(data));
  return message?.type === 'canvas' ? message.lines : [];
}
