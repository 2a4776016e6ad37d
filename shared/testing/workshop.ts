/** What the tests of the workshop stand on: the workshop in a process of its own, and pages of it. */
import { request } from 'node:http';
import type { BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { openProcess } from '#shared/check/server-process.ts';
import { openTab } from './browser-testing.ts';
import { copyCourse } from './course-copy.ts';
import { gatherOutput, untilListening } from './start-server.ts';

export type Workshop = {
  /** Where it is: http://localhost:40123 */
  url: string;
  /** Ends its process with a signal, and resolves when it is gone. */
  end: (signal: NodeJS.Signals) => Promise<void>;
};

/**
 * Starts the workshop as `npm start` does.
 *
 * @param root of the course, or of a copy of it
 * @throws what it printed, where it ends instead of listening
 */
export async function startWorkshop(root: string, env: NodeJS.ProcessEnv = { PORT: '0' }): Promise<Workshop> {
  const file = 'shared/workshop/web/start.ts';
  const workshop = openProcess({
    file,
    cwd: root,
    execArgv: ['--import', 'tsx'],
    env: { PORT: undefined, VITEST: '', LAUNCH_EDITOR: 'no-such-editor', ...env },
  });
  const url = await untilListening(workshop, file, gatherOutput(workshop));
  return {
    url,
    async end(signal) {
      workshop.signal(signal);
      await workshop.exited;
    },
  };
}

/** For a file of tests: a copy of the course with its workshop, there from the first test to the last. */
export function useWorkshop(): { root: string; url: string } {
  const used = { root: '', url: '' };
  let end = async () => {};
  beforeAll(async () => {
    const course = copyCourse();
    const workshop = await startWorkshop(course.root);
    used.root = course.root;
    used.url = workshop.url;
    end = async () => {
      await workshop.end('SIGTERM');
      course.remove();
    };
  });
  afterAll(() => end());
  return used;
}

/** Opens a page of a workshop for one test. It is closed after the test. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { page, close } = await openTab({ viewport: { width: 1400, height: 900 }, ...options });
  onTestFinished(close);
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

/** One of the clients on the stage. */
export function client(page: Page, name: string): FrameLocator {
  return page.frameLocator('#stage').frameLocator(`iframe[name="${name}"]`);
}

/** Waits until the page says so of the lesson's server: 'running', 'stopped', … */
export async function serverState(page: Page, state: string): Promise<void> {
  await page.locator(`#state[data-state="${state}"]`).waitFor();
}

/** Where the lesson runs that is on the page. */
export async function lessonUrl(page: Page): Promise<string> {
  await serverState(page, 'running');
  return (await page.locator('#window').getAttribute('href')) ?? '';
}

/** The HTTP status of what a server answers, or 0 where none does. */
export function answers(url: string, headers = {}): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', () => resolve(0)).end();
  });
}
