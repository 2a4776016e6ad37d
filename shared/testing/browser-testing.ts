/** What tests that need a browser stand on: one browser for all of them, and what happens where there is none. */
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { test } from 'vitest';
import { findBrowser, launchBrowser } from '#shared/check/browser.ts';

/** Whether tests with a browser are left out. In CI they run, and fail without one. */
export const IS_LEFT_OUT = findBrowser() === undefined && !process.env.CI;

/** A test that is left out where no browser is installed. */
export const browserTest = test.skipIf(IS_LEFT_OUT);

let shared: Promise<Browser> | undefined;

/**
 * Gives the browser that all tests of this process share. To start one costs more than most tests do.
 * It ends with the process. Whoever opens a context in it closes that.
 *
 * @throws NO_BROWSER where none is installed
 */
export function shareBrowser(): Promise<Browser> {
  shared ??= launchBrowser();
  return shared;
}

let plain: Promise<BrowserContext> | undefined;

export type Tab = { page: Page; close: () => Promise<void> };

/**
 * Opens an empty page. All that ask for nothing but a size share one context, and so one process of the browser:
 * a context of one's own costs four times as much.
 *
 * @param options what the page is like: a size, a phone's screen, a time zone
 * @throws NO_BROWSER where none is installed
 */
export async function openTab({ viewport, ...others }: BrowserContextOptions = {}): Promise<Tab> {
  const browser = await shareBrowser();
  const isPlain = Object.keys(others).length === 0;
  if (isPlain) plain ??= browser.newContext();
  const context = await ((isPlain && plain) || browser.newContext(others));
  const page = await context.newPage();
  if (viewport) await page.setViewportSize(viewport);
  return { page, close: () => (isPlain ? page.close() : context.close()) };
}

/**
 * Waits until a page, or a frame of one, shows that its connection is in this state.
 * With Playwright's own waiting it would first load a script of 300 KiB into the page: twice the work of the page itself.
 */
export async function connection(page: Page | Frame, state: 'open' | 'closed'): Promise<void> {
  await page.evaluate(
    `new Promise((done) => {
      const isThere = () => document.documentElement?.dataset.connection === '${state}';
      const look = () => (isThere() ? done() : setTimeout(look, 10));
      look();
    })`,
  );
}
