/** Judges the part client.ts: the learner's page in a real browser, on a server that is right. */
import { basename, dirname, join } from 'node:path';
import type { Message } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ROOT } from '#shared/course/root.ts';
import { buildClient } from '#shared/lesson/bundle.ts';
import type { Entry } from '#shared/lesson/conversation.ts';
import { findBrowser, NO_BROWSER } from './browser.ts';
import { createPaintPatience, EYE } from './canvas.ts';
import { openScene } from './check-clock.ts';
import { compile, expectFile, whyBroken } from './compile.ts';
import type { Host } from './host.ts';
import { type Guard, openGuard } from './page-faults.ts';
import { placesIn } from './page-place.ts';
import { openPageRoom, type PageStage } from './page-room.ts';
import type { ExerciseTest, PartVerdict } from './part.ts';
import { describeProblem, NOT_TRIED, pageLoops, ServerProblem, WrongAnswer } from './problems.ts';
import type { PageRoom } from './room.ts';
import { createPatience, type Patience } from './scene.ts';
import { shorten } from './shorten.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';

/** How long to wait for what a page sends, in ms: a browser has several processes on the way. */
const FIRST_SENT = 2000;
const LATER_SENT = 500;
/** A module that comes back by itself waits by the real clock: so long is far more than it should take. */
const BY_ITSELF = 10_000;

type PageTest = ExerciseTest<PageRoom>;

/** What is put on the stage: a page with something of the learner's in it. */
type Play = {
  /** The learner's file. */
  file: string;
  /** The server that the page runs against, named from the root. */
  against: string;
  /** Makes the page's script. */
  build: () => Promise<string>;
  patience: Patience;
};

/**
 * Runs the tests of a page.
 *
 * @param file the learner's client.ts
 * @param against the server that the page runs against, named from the root
 * @returns the results, or why nothing was judged: no browser is installed
 */
export function judgePage(
  tests: PageTest[],
  file: string,
  against: string,
  tools: Tools,
): Promise<PartVerdict> {
  const patience = createPatience(FIRST_SENT, LATER_SENT);
  return judgePlay(tests, { file, against, patience, build: () => buildClient(file) }, tools);
}

/**
 * Runs the tests of a lesson's page, with the learner's module in place of the lesson's of the same name.
 *
 * @param name that of the module
 * @param file the learner's
 */
export function judgeModuleInPage(
  tests: PageTest[],
  name: string,
  file: string,
  against: string,
  tools: Tools,
): Promise<PartVerdict> {
  const lesson = dirname(against);
  const build = () => buildClient(join(ROOT, lesson, 'client.ts'), { [`${lesson}/${name}`]: file });
  return judgePlay(tests, { file, against, patience: createPatience(BY_ITSELF, BY_ITSELF), build }, tools);
}

async function judgePlay(tests: PageTest[], play: Play, tools: Tools): Promise<PartVerdict> {
  const { file, against, build } = play;
  if (!findBrowser()) return { tests: [], whyNotJudged: NO_BROWSER };
  let script: string;
  try {
    expectFile(file);
    script = await build();
  } catch (error) {
    const problem =
      error instanceof ServerProblem ? error.problem : whyBroken(error as { errors: Message[] }, file);
    const sentence = describeProblem(problem, file, true);
    return { tests: tests.map(({ title }) => ({ title, passed: false, sentence })) };
  }
  const [browser, server] = await Promise.all([tools.openBrowser(), compile(join(ROOT, against))]);
  const host = tools.take();
  const stage = await openStage(browser, script, host, play);
  const results: TestResult[] = [];
  try {
    for (const test of tests) {
      if (tools.bail && results.some((result) => !result.passed)) break;
      const port = stage.isBeyond() ? 0 : await host.start(server.path, join(ROOT, against));
      results.push(await stage.run(test, port));
    }
  } finally {
    await Promise.all([stage.close(), tools.giveBack(host), server.remove()]);
  }
  return { tests: results };
}

/** Opens the browser's part of it: pages for all tests, one after the other. */
async function openStage(browser: Browser, script: string, host: Host, play: Play) {
  const { file, against, patience } = play;
  const { errors } = await import('playwright-core');
  const ofLesson = new WeakSet<Page>();
  const context = await openContext(browser, script, ofLesson);
  const times = await browser.newBrowserCDPSession();
  /** To open a page costs as much as all that a test does with it. So pages are used again. */
  const idle: Page[] = [];
  const stage: PageStage = {
    newPage: async () => idle.pop() ?? (await context.newPage()),
    ofLesson,
    paint: createPaintPatience(),
    lesson: `lesson ${basename(dirname(against))}`,
    placeOf: placesIn(script, file),
  };
  let isBeyond = false;

  /** @throws what is no fault of the page's */
  async function sentenceOf(error: unknown, guard: Guard): Promise<string> {
    const fault = await guard.behind(error);
    isBeyond = fault !== undefined || error instanceof errors.TimeoutError;
    if (fault) return fault.message;
    if (isBeyond) return pageLoops(basename(file));
    if (error instanceof WrongAnswer) return error.message;
    throw error instanceof ServerProblem ? new Error(`The server of the page is ${error.message}.`) : error;
  }

  /** Empties pages for the next test. A page that does not let go of itself can be used no more. */
  async function giveBack(pages: Page[], guard: Guard): Promise<string | undefined> {
    try {
      await Promise.race([Promise.all(pages.map((page) => page.goto('about:blank'))), guard.failed]);
    } catch (error) {
      return sentenceOf(error, guard);
    }
    for (const page of pages) page.removeAllListeners();
    idle.push(...pages);
    return undefined;
  }

  return {
    /** Whether the page did something after which it can be used no more. */
    isBeyond: () => isBeyond,

    async run({ title, run }: PageTest, port: number): Promise<TestResult> {
      if (isBeyond) return { title, passed: false, sentence: NOT_TRIED };
      const entries: Entry[] = [];
      const guard = openGuard(times, basename(file));
      // What a page will send, nobody can ask its server.
      const scene = { ...openScene(host, patience, entries), hasOthers: true };
      const { room, clients, pages, threw, end } = openPageRoom(port, stage, scene, guard);
      let sentence: string | undefined;
      let expected: string | undefined;
      try {
        await Promise.race([run(room), guard.failed, threw]);
        sentence = clients.flatMap((client) => client.brokenRules())[0];
      } catch (error) {
        sentence = await sentenceOf(error, guard);
        if (error instanceof WrongAnswer) expected = error.expected;
      } finally {
        await end();
      }
      const conversation = shorten(entries);
      if (!isBeyond) {
        const whyNot = await giveBack(pages, guard);
        sentence ??= whyNot;
      }
      guard.end();
      return sentence === undefined
        ? { title, passed: true }
        : { title, passed: false, sentence, ...(expected === undefined ? {} : { expected }), conversation };
    },

    close: () => Promise.all([context.close(), times.detach()]),
  };
}

async function openContext(
  browser: Browser,
  script: string,
  ofLesson: WeakSet<Page>,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 800, height: 800 } });
  await context.addInitScript(EYE);
  await context.route('**/client.ts', (route) =>
    ofLesson.has(route.request().frame().page())
      ? route.continue()
      : route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  return context;
}
