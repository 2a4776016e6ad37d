/** Judges an answer's page: the learner's client.ts in a real browser, on a server that is right. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Message } from 'esbuild';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { ROOT } from '#shared/course/root.ts';
import { buildClient } from '#shared/lesson/bundle.ts';
import { type Entry, printConversation, seconds } from '#shared/lesson/conversation.ts';
import { findBrowser, NO_BROWSER } from './browser.ts';
import { compile, whyBroken } from './compile.ts';
import type { Exercise, Painter } from './exercise.ts';
import { HostProblem, within } from './host.ts';
import { createPatience, describeProblem, type TestResult, type Tools } from './judge.ts';
import { type Client, connectClient, WrongAnswer } from './test-client.ts';

/** How long a page may take to load, and to paint, in ms. Loading has no part in the verdict. */
const LOAD_PATIENCE = 10_000;
const FIRST_PAINT = 2000;
const LATER_PAINT = 500;
/** How often to look at a canvas, in ms: to look at each frame would cost more than to paint it. */
const POLLING = 60;
/** How long a page may work without a look at anything else: in ms of processor time, as a busy machine is no loop. */
const LONGEST_TASK = 1200;
/** How often to ask a page whether it still answers, in ms. */
const ASK_AGAIN = 500;
/** How long to wait for what a page sends, in ms: a browser has several processes on the way. */
const FIRST_SENT = 2000;
const LATER_SENT = 500;

/**
 * Runs the tests of an exercise's page.
 *
 * @param half the tests, and the server that the page runs against
 * @param file the learner's client.ts
 * @returns the results, or why nothing was checked: no browser is installed
 */
export async function judgeClient(
  half: NonNullable<Exercise['client']>,
  file: string,
  tools: Tools,
): Promise<{ tests: TestResult[]; whyNotChecked?: string }> {
  if (!findBrowser()) return { tests: [], whyNotChecked: NO_BROWSER };
  const { errors } = await import('playwright-core');
  let script: string;
  try {
    script = await buildClient(file);
  } catch (error) {
    const sentence = describeProblem(whyBroken(error as { errors: Message[] }, file), file, true);
    return { tests: half.tests.map(({ title }) => ({ title, passed: false, sentence })) };
  }
  const [browser, server] = await Promise.all([tools.openBrowser(), compile(join(ROOT, half.server))]);
  const host = tools.take();
  const patience = createPatience(FIRST_SENT, LATER_SENT);
  const paint = { now: FIRST_PAINT };
  const results: TestResult[] = [];
  const context = await openContext(browser, script);
  const times = await browser.newBrowserCDPSession();
  const idle: Page[] = [];
  let isHanging = false;
  try {
    for (const { title, run } of half.tests) {
      if (tools.bail && results.some((result) => !result.passed)) break;
      if (isHanging) {
        results.push({ title, passed: false, sentence: 'Not tried: mend the tests above first.' });
        continue;
      }
      const entries: Entry[] = [];
      const clients: Client[] = [];
      const inUse: Page[] = [];
      const port = await host.start(server.path);
      const result: TestResult = { title, passed: false };
      results.push(result);
      let isOver = false;
      try {
        const loops = untilOneLoops(times, inUse, () => isOver);
        const done = run({
          open: async (name) => {
            // To open a page costs as much as all that a test does with it. So pages are used again.
            const page = idle.pop() ?? (await context.newPage());
            inUse.push(page);
            return openPainter(name, page, port, entries, paint);
          },
          async connect(name) {
            const client = await connectClient(name, port, host, entries, patience);
            clients.push(client);
            return client;
          },
        });
        await Promise.race([done, loops]);
        const broken = clients.flatMap((client) => client.brokenRules())[0];
        if (broken !== undefined) throw new WrongAnswer(broken);
        result.passed = true;
      } catch (error) {
        if (error instanceof errors.TimeoutError || error instanceof EndlessLoop) {
          isHanging = true;
          result.sentence = 'The page does not answer: is there an endless loop in client.ts?';
        } else if (error instanceof WrongAnswer) {
          result.sentence = error.message;
        } else {
          throw error instanceof HostProblem ? new Error(error.message) : error;
        }
        result.conversation = printConversation(entries.slice(-30));
      }
      isOver = true;
      for (const client of clients) client.end();
      if (isHanging) continue;
      for (const page of inUse) {
        page.removeAllListeners();
        await page.goto('about:blank');
        idle.push(page);
      }
    }
  } finally {
    await Promise.all([context.close(), times.detach(), tools.giveBack(host), server.remove()]);
  }
  return { tests: results };
}

/** A page works, and answers nothing. */
class EndlessLoop extends Error {}

/**
 * Asks pages whether they still answer, where a test takes long.
 *
 * @throws EndlessLoop as soon as one does not, and has worked for longer than any task of a page takes
 */
async function untilOneLoops(times: CDPSession, pages: Page[], isOver: () => boolean): Promise<void> {
  for (;;) {
    // The check does not stay for this.
    await setTimeout(ASK_AGAIN, undefined, { ref: false });
    if (isOver()) return;
    const before = await processorTimes(times);
    const answers = Promise.allSettled(pages.map((page) => page.evaluate('0'))).then(() => true);
    while (!(await within(ASK_AGAIN, answers))) {
      if (isOver()) return;
      for (const [id, time] of await processorTimes(times)) {
        if (time - (before.get(id) ?? 0) > LONGEST_TASK) throw new EndlessLoop();
      }
    }
  }
}

/** How much processor time the processes have used in which pages run, in ms, by their ids. */
async function processorTimes(times: CDPSession): Promise<Map<number, number>> {
  const { processInfo } = await times.send('SystemInfo.getProcessInfo');
  return new Map(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime * 1000]),
  );
}

async function openContext(browser: Browser, script: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 800, height: 800 } });
  await context.route('**/client.ts', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  return context;
}

/** Opens the page, and waits for the first thing that the server tells it. */
async function openPainter(
  name: string,
  page: Page,
  port: number,
  entries: Entry[],
  paint: { now: number },
): Promise<Painter> {
  page.setDefaultTimeout(LOAD_PATIENCE);
  let wrong: string | undefined;
  page.on('pageerror', (error) => {
    wrong ??= `${name}'s page threw ${error.name}: ${error.message.split('\n')[0]}`;
  });
  const greeted = new Promise<boolean>((resolve) => {
    page.on('websocket', (socket) => {
      entries.push({ kind: 'connected', who: name, at: Date.now() });
      socket.on('framesent', ({ payload }) => note('sent', payload));
      socket.on('framereceived', ({ payload }) => {
        note('received', payload);
        resolve(true);
      });
      socket.on('close', () => resolve(false));
    });
  });
  function note(kind: 'sent' | 'received', payload: string | Buffer): void {
    entries.push({ kind, who: name, text: payload.toString(), at: Date.now() });
  }
  await page.goto(`http://localhost:${port}/`);
  let isGreeted = await Promise.race([greeted, page.waitForTimeout(paint.now).then(() => false)]);
  for (let frame = 0; frame < 3 && !isGreeted; frame += 1) {
    await page.evaluate(NEXT_FRAME);
    isGreeted = await Promise.race([greeted, Promise.resolve(false)]);
  }
  if (!isGreeted) {
    paint.now = LATER_PAINT;
    throw new WrongAnswer(wrong ?? `${name}'s page does not connect to the server.`);
  }

  return {
    name,
    async drag(points) {
      const box = await page.evaluate<DOMRect | undefined>(CANVAS_BOX);
      if (!box) throw new WrongAnswer(`${name}'s page has no canvas.`);
      const [first, ...rest] = points.map(
        ([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const,
      );
      if (!first) return;
      await page.mouse.move(...first);
      await page.mouse.down();
      for (const point of rest) await page.mouse.move(...point, { steps: 4 });
      await page.mouse.up();
    },
    async press(role, label) {
      const control = page.getByRole(role, { name: label });
      const isReady = await control
        .and(page.locator(':enabled'))
        .waitFor({ timeout: paint.now })
        .then(() => true)
        .catch(() => false);
      if (!isReady) {
        paint.now = LATER_PAINT;
        const sentence = `"${label}" cannot be pressed on ${name}'s page. Does the page know that it is connected?`;
        throw new WrongAnswer([wrong, sentence].filter(Boolean).join(' '));
      }
      await control.click();
    },
    async shows(x, y, colour, sentence) {
      const shown = await waitForPage(page, `${COLOUR_AT}(${x}, ${y}) === ${JSON.stringify(colour)}`, paint);
      if (shown) return;
      const actual = await page.evaluate(`${COLOUR_AT}(${x}, ${y})`);
      throw new WrongAnswer(
        [
          wrong,
          sentence,
          `On ${name}'s canvas this place is ${actual}, not ${colour}, after ${seconds(FIRST_PAINT)}.`,
        ]
          .filter(Boolean)
          .join(' '),
      );
    },
    async picture() {
      return String(await page.evaluate(`${PICTURE}()`));
    },
    async looksLike(picture, sentence) {
      const same = await waitForPage(page, `(await ${PICTURE}()) === ${JSON.stringify(picture)}`, paint);
      if (!same) throw new WrongAnswer([wrong, sentence].filter(Boolean).join(' '));
    },
  };
}

/**
 * Waits until a condition holds in the page. On a busy machine the page gets a few more frames to show it.
 * With Playwright's own waiting it would first load a script of 300 KiB into the page.
 */
async function waitForPage(page: Page, condition: string, paint: { now: number }): Promise<boolean> {
  const isShown = await page.evaluate<boolean>(
    `(async () => {
      for (const end = performance.now() + ${paint.now}; performance.now() < end; ) {
        if (${condition}) return true;
        await new Promise((resolve) => setTimeout(resolve, ${POLLING}));
      }
      return false;
    })()`,
  );
  if (isShown) return true;
  paint.now = LATER_PAINT;
  for (let frame = 0; frame < 3; frame += 1) {
    await page.evaluate(NEXT_FRAME);
    if (await page.evaluate(`(async () => ${condition})()`)) return true;
  }
  return false;
}

/** In the page: resolves when it has painted once more. On a busy machine that may take long. */
const NEXT_FRAME = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';

/** In the page: where the canvas is that takes the pointer. */
const CANVAS_BOX = `[...document.querySelectorAll('canvas')].at(-1)?.getBoundingClientRect().toJSON()`;

/** In the page: a part of the drawing, as the pixels of a canvas of this size: all layers, one over the other on white. */
const PIXELS = `((width, height, place) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  for (const layer of document.querySelectorAll('canvas')) context.drawImage(layer, ...place(layer), 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
})`;

/** In the page: the size of the drawing, and what stands for all its pixels: a page would need longer to compare pictures. */
const PICTURE = `(async () => {
  const { width, height } = document.querySelector('canvas');
  const pixels = ${PIXELS}(width, height, (layer) => [0, 0, layer.width, layer.height]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pixels));
  return [width, height, ...digest].join(' ');
})`;

/** In the page: the colour of one pixel. */
const COLOUR_AT = `((x, y) => {
  const at = (fraction, size) => Math.min(size - 1, Math.floor(fraction * size));
  const pixel = ${PIXELS}(1, 1, ({ width, height }) => [at(x, width), at(y, height), 1, 1]);
  return '#' + [...pixel.slice(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('');
})`;
