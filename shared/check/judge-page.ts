/** Judges the part client.ts: the learner's page in a real browser, on a server that is right. */
import { join } from 'node:path';
import type { Message } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ROOT } from '#shared/course/root.ts';
import { buildClient } from '#shared/lesson/bundle.ts';
import type { Entry } from '#shared/lesson/conversation.ts';
import { findBrowser, NO_BROWSER } from './browser.ts';
import { createPaintPatience } from './canvas.ts';
import { compile, expectFile, whyBroken } from './compile.ts';
import type { Host } from './host.ts';
import { EndlessLoop, untilOneLoops } from './page-loops.ts';
import { openPainter } from './painter.ts';
import type { ExerciseTest, PartVerdict } from './part.ts';
import { describeProblem, NOT_TRIED, PAGE_LOOPS, ServerProblem, WrongAnswer } from './problems.ts';
import type { PageRoom } from './room.ts';
import { createPatience, createScene } from './scene.ts';
import { shorten } from './shorten.ts';
import { type Client, connectClient } from './test-client.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';

/** How long to wait for what a page sends, in ms: a browser has several processes on the way. */
const FIRST_SENT = 2000;
const LATER_SENT = 500;

type PageTest = ExerciseTest<PageRoom>;

/**
 * Runs the tests of a page.
 *
 * @param file the learner's client.ts
 * @param against the server that the page runs against, named from the root
 * @returns the results, or why nothing was judged: no browser is installed
 */
export async function judgePage(
  tests: PageTest[],
  file: string,
  against: string,
  tools: Tools,
): Promise<PartVerdict> {
  if (!findBrowser()) return { tests: [], whyNotJudged: NO_BROWSER };
  let script: string;
  try {
    expectFile(file);
    script = await buildClient(file);
  } catch (error) {
    const problem =
      error instanceof ServerProblem ? error.problem : whyBroken(error as { errors: Message[] }, file);
    const sentence = describeProblem(problem, file, true);
    return { tests: tests.map(({ title }) => ({ title, passed: false, sentence })) };
  }
  const [browser, server] = await Promise.all([tools.openBrowser(), compile(join(ROOT, against))]);
  const host = tools.take();
  const stage = await openStage(browser, script, host);
  const results: TestResult[] = [];
  try {
    for (const test of tests) {
      if (tools.bail && results.some((result) => !result.passed)) break;
      const port = stage.isHanging() ? 0 : await host.start(server.path, join(ROOT, against));
      results.push(await stage.run(test, port));
    }
  } finally {
    await Promise.all([stage.close(), tools.giveBack(host), server.remove()]);
  }
  return { tests: results };
}

/** Opens the browser's part of it: pages for all tests, one after the other. */
async function openStage(browser: Browser, script: string, host: Host) {
  const { errors } = await import('playwright-core');
  const context = await openContext(browser, script);
  const times = await browser.newBrowserCDPSession();
  const patience = createPatience(FIRST_SENT, LATER_SENT);
  const paint = createPaintPatience();
  /** To open a page costs as much as all that a test does with it. So pages are used again. */
  const idle: Page[] = [];
  let isHanging = false;

  /** @throws what is no fault of the page's */
  function sentenceOf(error: unknown): string {
    isHanging = error instanceof errors.TimeoutError || error instanceof EndlessLoop;
    if (isHanging) return PAGE_LOOPS;
    if (error instanceof WrongAnswer) return error.message;
    throw error instanceof ServerProblem ? new Error(`The server of the page is ${error.message}.`) : error;
  }

  return {
    isHanging: () => isHanging,

    async run({ title, run }: PageTest, port: number): Promise<TestResult> {
      if (isHanging) return { title, passed: false, sentence: NOT_TRIED };
      const entries: Entry[] = [];
      const clients: Client[] = [];
      const pages: Page[] = [];
      let isOver = false;
      // What a page will send, nobody can ask its server.
      const scene = createScene(host, patience, entries, true);
      const room: PageRoom = {
        async open(name) {
          const page = idle.pop() ?? (await context.newPage());
          pages.push(page);
          return openPainter(name, page, `http://localhost:${port}/`, scene, paint);
        },
        async connect(name) {
          const client = await connectClient(name, port, scene);
          clients.push(client);
          return client;
        },
      };
      try {
        await Promise.race([run(room), untilOneLoops(times, pages, () => isOver)]);
        const broken = clients.flatMap((client) => client.brokenRules())[0];
        if (broken !== undefined) throw new WrongAnswer(broken);
        return { title, passed: true };
      } catch (error) {
        const sentence = sentenceOf(error);
        const expected = error instanceof WrongAnswer ? error.expected : undefined;
        return {
          title,
          passed: false,
          sentence,
          ...(expected === undefined ? {} : { expected }),
          conversation: shorten(entries),
        };
      } finally {
        isOver = true;
        for (const client of clients) client.end();
        if (!isHanging) idle.push(...(await Promise.all(pages.map(empty))));
      }
    },

    close: () => Promise.all([context.close(), times.detach()]),
  };
}

/** A page for the next test. */
async function empty(page: Page): Promise<Page> {
  page.removeAllListeners();
  await page.goto('about:blank');
  return page;
}

async function openContext(browser: Browser, script: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 800, height: 800 } });
  await context.route('**/client.ts', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  return context;
}
