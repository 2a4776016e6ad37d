/** A browser's page with its console, for the experiments that a README tells the reader to paste there. */
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { connection, openTab } from './browser-testing.ts';

export type PageConsole = {
  page: Page;
  /** Runs a script as the console does, on a lesson's server: its address stands in place of localhost:8080. */
  paste: (script: string) => Promise<void>;
  /** All that the console showed so far, thrown errors included. */
  printed: () => string;
};

/**
 * Opens a page, for the time of the test. Where it is a lesson's own page, waits until it shows that its connection is open.
 *
 * @param url the page: what startServer gave, or that of a file
 * @param server where the scripts connect to, if it is not the page's own server: what startServer gave
 */
export async function openConsole(url: string, server = url): Promise<PageConsole> {
  const { page, close } = await openTab();
  onTestFinished(close);
  let printed = '';
  page.on('console', (message) => {
    printed += `${message.text()}\n`;
  });
  await page.goto(url);
  if (url === server) await connection(page, 'open');
  const session = await page.context().newCDPSession(page);
  return {
    page,
    paste: async (script) => {
      const expression = script.replaceAll('localhost:8080', new URL(server).host);
      const { exceptionDetails } = await session.send('Runtime.evaluate', { expression, replMode: true });
      if (exceptionDetails) printed += `Uncaught ${exceptionDetails.exception?.description}\n`;
    },
    printed: () => printed,
  };
}
