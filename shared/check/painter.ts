/** Somebody in front of the learner's page, who draws in it and looks at it. */
import type { Page } from 'playwright-core';
import { seconds } from '#shared/lesson/conversation.ts';
import {
  CANVAS_BOX,
  COLOUR_AT,
  FIRST_PAINT,
  NEXT_FRAME,
  type PaintPatience,
  PICTURE,
  waitForPage,
} from './canvas.ts';
import { WrongAnswer } from './problems.ts';
import type { Painter } from './room.ts';
import { beginToAct, noteSuccess, type Scene } from './scene.ts';

/** How long a page may take to load, in ms. It has no part in the verdict. */
const LOAD_PATIENCE = 10_000;

/**
 * Opens the page, and waits for the first thing that the server tells it.
 *
 * @param url the page's address
 * @param scene where to record what it says to the server, and hears
 * @throws WrongAnswer if it does not connect
 */
export async function openPainter(
  name: string,
  page: Page,
  url: string,
  scene: Scene,
  paint: PaintPatience,
): Promise<Painter> {
  page.setDefaultTimeout(LOAD_PATIENCE);
  let thrown: string | undefined;
  page.on('pageerror', (error) => {
    thrown ??= `${name}'s page threw ${error.name}: ${error.message.split('\n')[0]}`;
  });
  /** What is wrong, and before it what the page threw. */
  const wrong = (...sentences: string[]) => new WrongAnswer([thrown, ...sentences].filter(Boolean).join(' '));

  beginToAct(scene);
  const greeted = followSocket(name, page, scene);
  await page.goto(url);
  if (!(await isGreeted(page, greeted, paint))) {
    paint.shorten();
    throw new WrongAnswer(thrown ?? `${name}'s page does not connect to the server.`);
  }
  noteSuccess(scene);

  return {
    name,
    drag(points) {
      beginToAct(scene);
      return drag(page, points, () => wrong(`${name}'s page has no canvas.`));
    },
    async press(role, label) {
      beginToAct(scene);
      const control = page.getByRole(role, { name: label });
      const isReady = await control
        .and(page.locator(':enabled'))
        .waitFor({ timeout: paint.now })
        .then(() => true)
        .catch(() => false);
      if (!isReady) {
        paint.shorten();
        throw wrong(
          `"${label}" cannot be pressed on ${name}'s page. Does the page know that it is connected?`,
        );
      }
      await control.click();
    },
    async shows(x, y, colour, sentence) {
      const isIt = `${COLOUR_AT}(${x}, ${y}) === ${JSON.stringify(colour)}`;
      if (await waitForPage(page, isIt, paint)) return noteSuccess(scene);
      const actual = await page.evaluate(`${COLOUR_AT}(${x}, ${y})`);
      const found = `On ${name}'s canvas this place is ${actual}, not ${colour}, after ${seconds(FIRST_PAINT)}.`;
      throw wrong(sentence, found);
    },
    async picture() {
      return String(await page.evaluate(`${PICTURE}()`));
    },
    async looksLike(picture, sentence) {
      const isIt = `(await ${PICTURE}()) === ${JSON.stringify(picture)}`;
      if (!(await waitForPage(page, isIt, paint))) throw wrong(sentence);
      noteSuccess(scene);
    },
  };
}

/** Records what a page's socket says and hears. Resolves to whether it heard something before it closed. */
function followSocket(who: string, page: Page, { entries }: Scene): Promise<boolean> {
  const note = (kind: 'sent' | 'received', payload: string | Buffer) =>
    entries.push({ kind, who, text: payload.toString(), at: Date.now() });
  return new Promise((resolve) => {
    page.on('websocket', (socket) => {
      entries.push({ kind: 'connected', who, at: Date.now() });
      socket.on('framesent', ({ payload }) => note('sent', payload));
      socket.on('framereceived', ({ payload }) => {
        note('received', payload);
        resolve(true);
      });
      socket.on('close', () => resolve(false));
    });
  });
}

/** On a busy machine a page gets a few more frames to show that it is connected. */
async function isGreeted(page: Page, greeted: Promise<boolean>, paint: PaintPatience): Promise<boolean> {
  let is = await Promise.race([greeted, page.waitForTimeout(paint.now).then(() => false)]);
  for (let frame = 0; frame < 3 && !is; frame += 1) {
    await page.evaluate(NEXT_FRAME);
    is = await Promise.race([greeted, Promise.resolve(false)]);
  }
  return is;
}

async function drag(page: Page, points: [x: number, y: number][], noCanvas: () => Error): Promise<void> {
  const box = await page.evaluate<DOMRect | undefined>(CANVAS_BOX);
  if (!box) throw noCanvas();
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 4 });
  await page.mouse.up();
}
