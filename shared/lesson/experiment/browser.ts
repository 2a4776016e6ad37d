/** Finds and starts the browser that is installed on this machine. The course never downloads one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

/** What a person reads where no browser is found. */
export const NO_BROWSER =
  'No Chromium, Chrome or Edge was found. Install one (Debian: apt-get install chromium-headless-shell), or set CHROMIUM to its path.';

/** The path of an installed Chromium, Chrome or Edge, or undefined. CHROMIUM in the environment goes first. */
export function findBrowser(): string | undefined {
  const { CHROMIUM, PROGRAMFILES = 'C:\\Program Files', LOCALAPPDATA = '' } = process.env;
  if (CHROMIUM) return existsSync(CHROMIUM) ? CHROMIUM : undefined;
  const programFiles = [PROGRAMFILES, process.env['PROGRAMFILES(X86)'] ?? '', LOCALAPPDATA];
  const candidates = [
    // The first is the same browser without the parts that draw windows: half the work for the processor.
    ...[
      'chromium-headless-shell',
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      'microsoft-edge',
    ].flatMap((name) => ['/usr/bin', '/usr/local/bin', '/snap/bin'].map((folder) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...programFiles
      .filter(Boolean)
      .flatMap((folder) => [
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]),
  ];
  return candidates.find((path) => existsSync(path));
}

/**
 * Starts the installed browser without a window. The caller closes it.
 * @throws NO_BROWSER where none is installed
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  // Loaded here and not above: most checks need no browser, and should not wait for it.
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath,
    // Whoever is told to end must end: Playwright's own listeners would swallow the signals.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Chromium's sandbox does not start for root, which containers and CI often are.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      // Fewer processes and threads: there is nothing to paint on a screen.
      '--in-process-gpu',
      '--disable-gpu',
      '--disable-smooth-scrolling',
      // The pages of one context share a process: to open one more costs a fifth then.
      '--renderer-process-limit=1',
      // And a page that eats memory ends before the machine suffers.
      '--js-flags=--single-threaded --max-old-space-size=1024',
    ],
  });
}
