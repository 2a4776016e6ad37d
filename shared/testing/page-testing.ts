/** What the tests of a lesson's page stand on: people with pages, and an eye on the console. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import { connection, IS_LEFT_OUT, openTab, type Tab } from './browser-testing.ts';
import { logIn } from './door.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { loadTraitsOf } from './traits.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How many milliseconds to wait for what must come. It is long: a busy machine is no mistake of the page. */
const PATIENCE = 20_000;

/** How a page is visited whose connection fails: a browser notes each attempt. */
export const FAILED = { expectedErrors: /WebSocket connection to .* failed/ };

const VIEWPORT = { width: 600, height: 700 };

export type VisitOptions = BrowserContextOptions & {
  /** Where to go, if not to the server that the file's tests share. */
  url?: string;
  /** Where a lesson wants to know who one is: who that is. Without a name it is always the same one. `null`: nobody. */
  guest?: string | null;
  /** Errors in the console that belong to the test. */
  expectedErrors?: RegExp;
  /** What to do with the page before it loads. */
  prepare?: (page: Page) => Promise<void>;
};

/** A page at the end of a cable. */
export type CabledPage = {
  page: Page;
  cable: Cable;
  /** Cuts the cable until it is healed, and waits until the page says so. */
  away: () => Promise<void>;
};

export type PageTesting = {
  /** The folder, named from the root: 'lessons/03'. */
  lesson: string;
  /** Opens the page for one more person, and waits until it is connected. */
  visit: (options?: VisitOptions) => Promise<Page>;
  /** The same through a cable. It goes to the page's server, and after a restart to that of the same port. */
  visitByCable: (options?: Omit<VisitOptions, 'url'>) => Promise<CabledPage>;
  /** Where the server is that the file's tests share: http://localhost:40123 */
  serverUrl: () => string;
  /** Stops the server that the file's tests share. Whoever does this starts it again. */
  stopServer: () => Promise<void>;
  /** Starts the server anew, on the same port: nobody is connected, and nothing is kept but files. */
  startServerAgain: () => Promise<void>;
};

/**
 * Runs the tests of one lesson's page in a real browser. A test fails, too, when a page of it had an
 * error: an exception, a line of `console.error`, something that the Content-Security-Policy refused.
 * Without a browser the tests are left out, with a line that says so; in CI they fail.
 *
 * @param lesson the folder, named from the root: 'lessons/03'
 */
export function describePage(lesson: string, tests: (testing: PageTesting) => void): void {
  describe.skipIf(IS_LEFT_OUT)(`the page of ${lesson}`, { timeout: PATIENCE * 4 }, () => {
    let shared: RunningServer;
    let plain: Tab[] = [];
    let special: Tab[] = [];
    /** To open a page costs as much as all that a test does with it. So plain pages are used again. */
    const idle: Tab[] = [];
    let errors: string[] = [];

    const start = (env: NodeJS.ProcessEnv = {}) => startServer(`${lesson}/server.ts`, { env });

    const openPage = async (
      { expectedErrors, prepare, ...options }: Omit<VisitOptions, 'url' | 'guest'>,
      isAlone: boolean,
    ) => {
      // Who shares a context shares its cookies.
      const own = isAlone ? { locale: 'en-GB' } : {};
      const tab = await openTab({ viewport: VIEWPORT, ...own, ...options });
      const { page } = tab;
      page.setDefaultTimeout(PATIENCE);
      const note = (text: string) => {
        if (!expectedErrors?.test(text)) errors.push(text);
      };
      page.on('pageerror', (error) => note(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') note(message.text());
      });
      await prepare?.(page);
      return tab;
    };

    /** Gives a plain page to who comes next, as empty as a new one. */
    const giveBack = async (tab: Tab) => {
      if (tab.page.isClosed()) return;
      await tab.page.emulateMedia({ colorScheme: 'light' });
      await tab.page.goto('about:blank');
      idle.push(tab);
    };

    beforeAll(async () => {
      shared = await start();
    });
    afterAll(() => Promise.all([...idle.map((tab) => tab.close()), shared?.stop()]));
    afterEach(async () => {
      await Promise.all([...plain.map(giveBack), ...special.map((tab) => tab.close())]);
      const found = errors;
      plain = [];
      special = [];
      errors = [];
      expect(found, 'errors in the console of a page').toEqual([]);
    });

    const visit = async ({ url = shared.url, guest = 'visitor', ...options }: VisitOptions = {}) => {
      const isPlain = Object.keys(options).length === 0 && guest === 'visitor';
      const tab = (isPlain && idle.pop()) || (await openPage(options, guest !== 'visitor'));
      (isPlain ? plain : special).push(tab);
      const isServed = url.startsWith('http');
      const { door } = await loadTraitsOf(lesson);
      if (door && isServed && guest !== null) await letIn(tab.page, shared.url, guest);
      await tab.page.goto(url);
      if (isServed && guest !== null) await connection(tab.page, 'open');
      return tab.page;
    };

    tests({
      lesson,
      visit,
      visitByCable: (options) => visitThrough(Number(new URL(shared.url).port), visit, options),
      serverUrl: () => shared.url,
      stopServer: () => shared.stop(),
      startServerAgain: async () => {
        await shared.stop();
        shared = await start({ PORT: new URL(shared.url).port, LESSON_DATA: shared.data });
      },
    });
  });
}

async function visitThrough(
  port: number,
  visit: PageTesting['visit'],
  options: VisitOptions = {},
): Promise<CabledPage> {
  const cable = await openCable(port);
  const page = await visit({ ...FAILED, ...options, url: `http://localhost:${cable.port}` });
  page.on('close', () => void cable.end());
  const away = async () => {
    cable.refuse();
    cable.reset();
    await state(page, 'Closed');
  };
  return { page, cable, away };
}

/** Gives a page the cookie of somebody who is logged in. */
async function letIn(page: Page, url: string, name: string): Promise<void> {
  const [cookie = '', value = ''] = (await logIn(url, name)).cookie.split('=');
  await page.context().addCookies([{ name: cookie, value, url }]);
}

/** Like expect.poll, with patience: asks again and again until the expectation holds. */
export function eventually<T>(ask: () => T | Promise<T>) {
  return expect.poll(ask, { timeout: PATIENCE, interval: 30 });
}

/** Waits until the page says that the connection is in this state. */
export async function state(page: Page, word: 'Connecting' | 'Open' | 'Closing' | 'Closed'): Promise<void> {
  await page.locator('#connection').getByText(word, { exact: true }).waitFor();
}

/** Waits until the log has a line of this kind with this text, and gives the whole line's text. */
export async function line(page: Page, kind: string, text: string | RegExp): Promise<string> {
  const found = page.locator(`#log .line.${kind}`).filter({ hasText: text }).last();
  await found.waitFor();
  return (await found.textContent()) ?? '';
}

/** Joins a chat that says in the log under which name one is there. */
export async function joinAs(page: Page, name: string): Promise<void> {
  await page.fill('#username', name);
  await page.press('#username', 'Enter');
  await line(page, 'system', `You are ${name}.`);
}

/** Writes a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.fill('#field', text);
  await page.press('#field', 'Enter');
}

/** What axe-core finds on the page as it is now: rules and the elements that break them. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(AXE);
  const found: unknown = await page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
  return Array.isArray(found) ? found.map(String) : ['axe-core did not run'];
}

/** What must be true of every page, whatever its lesson. */
export function testEveryPage(
  { lesson, visit, stopServer, startServerAgain }: PageTesting,
  /** Fills the page with what usually stands on it. */
  use: (page: Page) => Promise<void>,
  /** How the page is visited whose server stops. */
  whenStopped: VisitOptions = {},
): void {
  test('opened from disk, it says which command starts the server', async () => {
    const url = pathToFileURL(`${ROOT}${lesson}/client.html`).href;
    const page = await visit({ url, expectedErrors: /./ });
    const notice = page.locator('.from-disk');
    await notice.getByText(`npx tsx ${lesson}/server.ts`).waitFor();
    await notice.getByText('http://localhost:8080').waitFor();
    expect(await page.locator('#connection').isVisible()).toBe(false);
  });

  test('axe-core finds nothing to complain about', async () => {
    const page = await visit();
    expect(await page.locator('.from-disk').isVisible()).toBe(false);
    await use(page);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('it fits a phone, and whatever one can press is big enough for a finger', async () => {
    const page = await visit({ viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true });
    await use(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    const small = await page.evaluate(
      `[...document.querySelectorAll('button, input, select')].filter((one) => one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().height < 44 || parseFloat(getComputedStyle(one).fontSize) < (one.matches('button') ? 15 : 16))
        .map((one) => one.id || one.textContent)`,
    );
    expect(small).toEqual([]);
  });

  test('when the server stops it says why, and connects again to the next one', async () => {
    const page = await visit(whenStopped);
    await use(page);
    await stopServer();
    await state(page, 'Closed');
    await page.locator('#detail').getByText('Code 1006. The connection was lost').waitFor();
    expect(await page.locator('[data-needs="open"]:enabled').count()).toBe(0);

    // Closed and dark: what the other test with axe-core has not seen.
    const background = 'getComputedStyle(document.documentElement).backgroundColor';
    const light = await page.evaluate(background);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate(background)).not.toBe(light);
    expect(await accessibilityProblems(page)).toEqual([]);

    await startServerAgain();
    // Where the page has not done it by itself meanwhile.
    await page.evaluate(`document.querySelector('#connect:enabled')?.click()`);
    await state(page, 'Open');
    expect(await page.locator('[data-needs="open"]:disabled').count()).toBe(0);
    expect(await page.locator('#detail').textContent()).toBe('');
  });
}
