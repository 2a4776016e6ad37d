/** Somebody in front of the learner's page, who draws in it and looks at it. */
import type { Page } from 'playwright-core';
import { type Entry, seconds } from '#shared/lesson/conversation.ts';
import { FIRST_PAINT, NEXT_FRAME, type PaintPatience, waitForPage } from './canvas.ts';
import { followSockets, type PageSockets } from './page-sockets.ts';
import { WrongAnswer } from './problems.ts';
import type { Painter, Place } from './room.ts';
import { within } from './within.ts';

/** How long a page may take to load, in ms. It has no part in the verdict. */
const LOAD_PATIENCE = 10_000;

/**
 * Opens the page, and waits for the first thing that the server tells it.
 *
 * @param url the page's address
 * @param entries where to record what it says to the server, and hears
 * @throws WrongAnswer if it does not connect
 */
export async function openPainter(
  name: string,
  page: Page,
  url: string,
  entries: Entry[],
  paint: PaintPatience,
): Promise<Painter> {
  page.setDefaultTimeout(LOAD_PATIENCE);
  let thrown: string | undefined;
  page.on('pageerror', (error) => {
    thrown ??= `${name}'s page threw ${error.name}: ${error.message.split('\n')[0]}`;
  });
  /** What is wrong, and before it what the page threw. */
  const wrong = (...sentences: string[]) => new WrongAnswer([thrown, ...sentences].filter(Boolean).join(' '));

  const wire = followSockets(name, page, entries);
  await page.goto(url);
  if (!(await isGreeted(page, wire, 1, paint))) {
    paint.shorten();
    throw new WrongAnswer(thrown ?? `${name}'s page does not connect to the server.`);
  }

  /** Waits until a condition holds in the page. */
  const comesTrue = (condition: string) => waitForPage(page, condition, paint);
  const hasPicture = (picture: string) =>
    comesTrue(`(await __check.picture()) === ${JSON.stringify(picture)}`);
  return {
    name,
    drag: (points, steps = 4) => drag(page, points, steps, () => wrong(`${name}'s page has no canvas.`)),
    ...handling(name, page, wire, paint, wrong),
    sent: () => wire.sent,
    heard: () => wire.heard,
    answers: () => page.evaluate('0'),
    nextFrame: () => page.evaluate(NEXT_FRAME),
    async shows(x, y, colour, sentence) {
      const actual = `__check.colourAt(${x}, ${y})`;
      if (await comesTrue(`${actual} === ${JSON.stringify(colour)}`)) return;
      const found = `On ${name}'s canvas this place is ${await page.evaluate(actual)}, not ${colour}, after ${seconds(FIRST_PAINT)}.`;
      throw wrong(sentence, found);
    },
    picture: () => page.evaluate<string>('__check.picture()'),
    fields: (across, down) => page.evaluate<string[]>(`__check.fields(${across}, ${down})`),
    hasPicture,
    async looksLike(picture, sentence) {
      if (!(await hasPicture(picture))) throw wrong(sentence);
    },
  };
}

/** What one does with the page's controls. */
function handling(
  name: string,
  page: Page,
  wire: PageSockets,
  paint: PaintPatience,
  wrong: (sentence: string) => Error,
): Pick<Painter, 'press' | 'slide' | 'isClosed' | 'connectsAgain'> {
  // Playwright's own ways to find a control, and to wait for one, cost ten times as much.
  const control = (role: string, label: string) =>
    `__check.control(${JSON.stringify(role)}, ${JSON.stringify(label)})`;
  const isReady = (role: string, label: string) =>
    waitForPage(page, `Boolean(${control(role, label)})`, paint);

  async function press(role: 'button' | 'radio', label: string): Promise<void> {
    if (!(await isReady(role, label))) {
      throw wrong(
        `"${label}" cannot be pressed on ${name}'s page. Does the page know how its connection is?`,
      );
    }
    const box = await page.evaluate<DOMRect>(control(role, label));
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  return {
    press,
    async slide(label, value) {
      const isThere = await page.evaluate(`__check.slide(${JSON.stringify(label)}, ${value})`);
      if (!isThere) throw wrong(`${name}'s page has no slider "${label}".`);
    },
    async isClosed() {
      const isIt = "document.documentElement.dataset.connection === 'closed'";
      if (await waitForPage(page, isIt, paint)) return;
      throw wrong(`${name}'s connection was cut, but her page does not show that it is closed.`);
    },
    async connectsAgain() {
      const next = wire.greetings() + 1;
      // Where it cannot be pressed, the page may connect by itself.
      if (await isReady('button', 'Connect again')) await press('button', 'Connect again');
      if (await isGreeted(page, wire, next, paint)) return;
      throw wrong(`${name} pressed "Connect again", but her page does not connect to the server.`);
    },
  };
}

/** Waits until so many connections were greeted. On a busy machine a page gets a few more frames to show it. */
async function isGreeted(
  page: Page,
  wire: PageSockets,
  count: number,
  paint: PaintPatience,
): Promise<boolean> {
  const end = Date.now() + paint.now;
  while (wire.greetings() < count && Date.now() < end) await within(end - Date.now(), wire.change());
  for (let frame = 0; frame < 3 && wire.greetings() < count; frame += 1) await page.evaluate(NEXT_FRAME);
  return wire.greetings() >= count;
}

async function drag(page: Page, points: Place[], steps: number, noCanvas: () => Error): Promise<void> {
  const box = await page.evaluate<DOMRect | undefined>('__check.box()');
  if (!box) throw noCanvas();
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps });
  await page.mouse.up();
}
