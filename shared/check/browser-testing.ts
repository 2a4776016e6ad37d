/** What tests that need a browser stand on: one browser for all of them, and what happens where there is none. */
import type { Browser } from 'playwright-core';
import { test } from 'vitest';
import { findBrowser, launchBrowser } from './browser.ts';

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
