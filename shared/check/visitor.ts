/** Somebody in front of a lesson's page that uses the learner's module. */
import type { Page } from 'playwright-core';
import type { Entry } from '#shared/lesson/conversation.ts';
import { waitForPage } from './canvas.ts';
import { fits } from './fits.ts';
import { followSockets } from './page-sockets.ts';
import { WrongAnswer } from './problems.ts';
import type { Visitor } from './room.ts';
import { within } from './within.ts';

/** How long a page may take to load, in ms. It has no part in the verdict. */
const LOAD_PATIENCE = 10_000;
/** In ms. A page waits by the real clock here, and a busy machine may add to that: only a wrong answer takes so long. */
const LONGEST_WAIT = 10_000;

/** In the page, before its own scripts: waits are drawn, and these are short. */
export const SHORT_WAITS = 'Math.random = () => 0.1';

export type Visit = {
  visitor: Visitor;
  /** Rejects as soon as the page throws something that nobody catches: from then on nothing is as it should be. */
  threw: Promise<never>;
};

/**
 * Loads the page.
 *
 * @param url the page's address
 * @param entries where to record what it says to the server, and hears
 * @param placeOf finds the learner's line in the stack of an error
 */
export async function openVisitor(
  name: string,
  page: Page,
  url: string,
  entries: Entry[],
  placeOf: (stack: string) => string | undefined,
): Promise<Visit> {
  page.setDefaultTimeout(LOAD_PATIENCE);
  const threw = new Promise<never>((_, reject) => {
    page.on('pageerror', ({ name: kind, message, stack = '' }) => {
      const place = placeOf(stack);
      const where = place === undefined ? '' : ` (${place})`;
      reject(new WrongAnswer(`In ${name}'s page there was a ${kind}: ${message.split('\n')[0]}${where}`));
    });
  });
  threw.catch(() => {});
  const sockets = followSockets(name, page, entries);
  await page.addInitScript(SHORT_WAITS);
  await page.goto(url);

  const patience = { now: LONGEST_WAIT, shorten: () => {} };
  const comesTrue = (condition: string) => Promise.race([waitForPage(page, condition, patience), threw]);
  const visitor: Visitor = {
    name,
    async shows(state, sentence) {
      const shown = 'document.documentElement.dataset.connection';
      if (await comesTrue(`${shown} === '${state}'`)) return;
      throw new WrongAnswer(`${sentence} It shows "${await page.evaluate(shown)}", not "${state}".`);
    },
    async writes(label, text) {
      if (!(await comesTrue(`__check.enter(${JSON.stringify(label)})`)))
        throw new WrongAnswer(`${name}'s page has no field "${label}" that one can write in.`);
      await page.keyboard.insertText(text);
      await page.keyboard.press('Enter');
    },
    async hears(pattern, sentence) {
      const end = Date.now() + LONGEST_WAIT;
      while (!sockets.heard.some((message) => fits(message, pattern))) {
        const left = end - Date.now();
        if (left <= 0) throw new WrongAnswer(`${sentence} ${name}'s page has not heard it.`);
        await within(left, Promise.race([sockets.change(), threw]));
      }
    },
    heard: sockets.heard,
    most: sockets.most,
  };
  return { visitor, threw };
}
