/** Finds out that a page is beyond any test: it loops, crashes, asks without end, goes away, or takes too long. */
import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Dialog, Page, Request } from 'playwright-core';
import { EndlessLoop, untilOneLoops } from './page-loops.ts';
import { pageLoops, TOO_LONG, WrongAnswer } from './problems.ts';
import { within } from './within.ts';

/** How long one test of a page may take, in ms: for whatever nobody here has thought of. */
const LONGEST_TEST = 60_000;
/** How many windows with a question or a message a page may open in one test. */
const MOST_DIALOGS = 20;
/** What ends a page makes itself known a moment after the command that it ends, in ms. */
const A_MOMENT = 1000;

/** The page can be used no more. The message is the sentence for the learner. */
export class PageFault extends WrongAnswer {}

export type Guard = {
  /** Begins to watch a page, which has not been loaded yet. */
  watch: (name: string, page: Page) => void;
  /** Rejects with a PageFault as soon as a page has one. */
  failed: Promise<never>;
  /** The fault behind an error, where there is one. */
  behind: (error: unknown) => Promise<PageFault | undefined>;
  end: () => void;
};

/** Gives the guard of one test. @param file the name of the learner's file */
export function openGuard(times: CDPSession, file = 'client.ts'): Guard {
  const pages: Page[] = [];
  let isOver = false;
  let fault: PageFault | undefined;
  let reject: (fault: PageFault) => void;
  const failed = new Promise<never>((_, no) => {
    reject = no;
  });
  failed.catch(() => {}); // Nobody may be listening any more.

  function fail(sentence: string): void {
    if (isOver) return;
    fault ??= new PageFault(sentence);
    reject(fault);
  }
  untilOneLoops(times, pages, () => isOver || fault !== undefined).catch((error: unknown) => {
    // Else the browser is gone: whoever uses it hears of that.
    if (error instanceof EndlessLoop) fail(pageLoops(file));
  });
  setTimeout(LONGEST_TEST, undefined, { ref: false }).then(() => fail(TOO_LONG));

  return {
    watch(name, page) {
      pages.push(page);
      watchPage(name, page, file, fail);
    },
    failed,
    async behind(error) {
      if (error instanceof WrongAnswer) return fault;
      return fault ?? within(A_MOMENT, failed).catch(() => fault);
    },
    end() {
      isOver = true;
    },
  };
}

function watchPage(name: string, page: Page, file: string, fail: (sentence: string) => void): void {
  page.on('crash', () =>
    fail(`${name}'s page ran out of memory, or crashed. Does something in ${file} grow without end?`),
  );

  let dialogs = 0;
  page.on('dialog', (dialog: Dialog) => {
    dialogs += 1;
    if (dialogs > MOST_DIALOGS) {
      // This one stays open: whoever asks in a loop would go on and on.
      fail(
        `${name}'s page opens a window with alert, confirm or prompt again and again: take it out of ${file}.`,
      );
      return;
    }
    const closing = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    closing.catch(() => {}); // The page may have gone meanwhile.
  });

  let loads = 0;
  page.on('request', (request: Request) => {
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    loads += 1;
    if (loads > 1) {
      fail(`${name}'s page loads itself again, or another page: nothing in ${file} may do that.`);
    }
  });
}
