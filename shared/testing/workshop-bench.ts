/** The bench of somebody who has the workshop's page and nothing else: each step is a button of the experiment. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Experiment } from '#shared/course/experiments.ts';
import { formatTable } from '#shared/lesson/experiment/table.ts';
import type { ClientName, OpenBench } from './bench.ts';
import { openTab } from './browser-testing.ts';
import { enterPage } from './door-page.ts';
import { doorOf } from './traits.ts';
import { client, serverState } from './workshop.ts';

/** Milliseconds. Far more than anything here needs. */
const PATIENCE = 30_000;
/** A program may state that it takes 40 seconds. */
const OF_A_PROGRAM = 150_000;

export type WorkshopBench = OpenBench & {
  /** Presses an outcome, from 1 on. */
  guess: (outcome: number) => Promise<void>;
  /** Waits until the page says that all was done, and shows what happened. @returns its verdict about the guess */
  verdict: () => Promise<string>;
};

/**
 * Opens a lesson's page, for one experiment.
 *
 * @param url the lesson's page in a workshop: http://localhost:40123/lessons/01
 */
export async function openWorkshopBench(url: string, { name }: Experiment): Promise<WorkshopBench> {
  const { page, close } = await openTab({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  const experiment = page.locator(`[data-experiment$="/${name}"]`);
  const block = (of: string) => experiment.locator(`[data-block="${of}"]`);
  await serverState(page, 'running');
  const door = await doorOf(new URL(url).pathname.slice(1));
  const connected = () => everybodyConnected(page, door !== undefined);
  await connected();
  // The server before this one may have left lines.
  const begin = await page.locator('#log li').count();

  const press = async (of: string, what: string, until: string, timeout = PATIENCE) => {
    await block(of).locator(`[data-do="${what}"]`).click();
    const end = experiment.locator(`[data-block="${of}"]:is(${until}, [data-state="failed"])`);
    await end.waitFor({ timeout });
    expect(await block(of).locator('.problem').textContent(), `what ${of} could not do`).toBe('');
  };

  return {
    async apply(of) {
      await press(of, 'apply', '[data-state="done"]');
      await connected();
    },
    async undo() {
      await experiment.locator('[data-do="undo"]:visible').click();
      await page.locator('#change').waitFor({ state: 'hidden' });
      await serverState(page, 'running');
      await connected();
    },
    run: (of) => press(of, 'run', '[data-ran]'),
    send: (of) => press(of, 'send', '[data-ran]'),
    async program(of) {
      await press(of, 'program', '[data-state="done"]', OF_A_PROGRAM);
      await block(of).locator('.chart .picture svg, .chart:not(:has(.picture))').waitFor();
      const rows = await block(of)
        .locator('.chart .totals tr')
        .evaluateAll((all) =>
          all.map((row) => [...row.children].map(({ textContent }) => textContent ?? '')),
        );
      const said = await block(of).locator('.measured .conversation').allTextContents();
      return [formatTable(rows), ...said].join('\n');
    },
    printed: async () => (await experiment.locator('[data-printed]').allTextContents()).join(''),
    async output() {
      const lines = await page
        .locator('#log li')
        .evaluateAll((all) => all.map(({ className, textContent }) => ({ className, textContent })));
      return lines
        .slice(begin)
        .filter(({ className }) => className !== 'note')
        .map(({ textContent }) => `${textContent}\n`)
        .join('');
    },
    client: (of) => clientIn(page, of),
    cable: (of, deed) => page.frameLocator('#stage').locator(`#client-${of} [data-cable="${deed}"]`).click(),
    crashed: () => serverState(page, 'crashed'),
    async guess(outcome) {
      const button = experiment.locator(`[data-guess="${outcome}"]`);
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      expect(await experiment.locator('.rest').isVisible()).toBe(false);
    },
    async verdict() {
      await page.locator(`[data-experiment$="/${name}"][data-state="done"]`).waitFor();
      const rest = experiment.locator('.rest');
      if ((await rest.count()) === 0) return '';
      await rest.waitFor();
      return (await experiment.getByRole('status').filter({ hasText: /\S/ }).textContent()) ?? '';
    },
    async close() {
      try {
        await stop(page);
      } finally {
        await close();
      }
    },
  };
}

/** Waits until those who are on the stage are connected again, or the server has ended. */
async function everybodyConnected(page: Page, hasDoor: boolean): Promise<void> {
  // One after the other: what is typed goes to whoever has the focus, and a page has one.
  if (hasDoor) for (const name of ['left', 'right'] as const) await enterPage(client(page, name), name);
  const open = (['left', 'right'] as const).map((name) =>
    client(page, name).locator('[data-connection="open"]').waitFor(),
  );
  const ended = serverState(page, 'crashed');
  await Promise.race([Promise.all(open), ended]);
  // One of the two never comes: nobody waits for it.
  for (const each of [...open, ended]) each.catch(() => {});
}

/** Lets whoever comes next find nothing that runs, and no change. */
async function stop(page: Page): Promise<void> {
  if ((await page.locator('#state').getAttribute('data-state')) === 'crashed') {
    await page.click((await page.locator('#undo').isVisible()) ? '#undo' : '#stop');
    await serverState(page, 'running');
  }
  await page.locator('#stop').getByText('Stop').click();
  await serverState(page, 'stopped');
}

/** A client on the stage. A third one comes when it is asked for. */
async function clientIn(page: Page, name: ClientName) {
  const stage = page.frameLocator('#stage');
  if (name === 'third' && (await stage.locator('iframe[name="third"]').count()) === 0) {
    await stage.locator('#third').click();
  }
  return client(page, name);
}
