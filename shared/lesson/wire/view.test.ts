/** The wire view in a real browser. */
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { browserTest, connection, openTab } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually, say } from '#shared/testing/page-testing.ts';
import { clientOn, sayOn, showsConnection } from '#shared/testing/stage.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/03/server.ts');
});
afterAll(() => server.stop());

/** Milliseconds, far more than anything here takes. */
const WAIT = { timeout: 20_000 };

async function connect(url = server.socketUrl): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

describe('in a browser', () => {
  async function open(
    path: string,
    width = 1280,
    url = server.url,
  ): Promise<{ page: Page; errors: string[] }> {
    const { page, close } = await openTab({ viewport: { width, height: 900 } });
    onTestFinished(close);
    page.setDefaultTimeout(WAIT.timeout);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(url + path);
    return { page, errors };
  }

  /** What "Copy as text" gives. */
  async function copied(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Copy as text' }).click();
    // What the view said of the last copy may still stand there; the field of that one has gone.
    const field = page.locator('.wire-view textarea');
    await field
      .or(page.getByText('Copied.', { exact: true }))
      .first()
      .waitFor();
    if ((await field.count()) > 0) return field.inputValue();
    return String(await page.evaluate('navigator.clipboard.readText()'));
  }

  const row = (page: Page, kind: string, text: string) =>
    page.locator(`.wire-rows li:not([hidden])${kind} > button`, { hasText: text });

  browserTest('the stage has two clients side by side, and what one says is seen on the wire', async () => {
    const { page, errors } = await open('/stage');
    for (const name of ['left', 'right']) await showsConnection(page, name, 'Open');
    const [left, right] = [clientOn(page, 'left'), clientOn(page, 'right')];
    expect(await left.locator('.wire-link').count()).toBe(0);
    await sayOn(page, 'left', '<img src=x onerror=alert(1)>');
    await right.locator('#log').getByText('<img src=x').waitFor();
    await row(page, '.client.text', '<img src=x').waitFor();
    await eventually(() => row(page, '.server.text', '<img src=x').count()).toBe(2);
    expect(await page.locator('.wire-rows img').count()).toBe(0);
    expect(await page.locator('.wire-lane').allInnerTexts()).toEqual(['left', 'right', 'server']);

    // One frame, bit by bit.
    await row(page, '.client.text', '<img src=x').click();
    const detail = page.locator('.wire-detail');
    expect(await detail.locator('tbody tr').count()).toBe(7);
    expect(await detail.getByRole('row', { name: /MASK/ }).innerText()).toMatch(
      /^[0-9a-f]{2}\s+1\s+MASK\s+the payload is masked/,
    );
    expect(await detail.locator('pre').innerText()).toContain('7b 22');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await row(page, '.client.text', '<img src=x').press('Enter');
    expect(await detail.count()).toBe(0);

    // Filters, pause, and the conversation as text.
    await page.getByLabel('Frames', { exact: true }).selectOption('handshake');
    expect(await page.locator('.wire-rows li:not([hidden])').count()).toBe(2);
    await page.getByLabel('Frames', { exact: true }).selectOption('All frames');
    await page.getByLabel('Lane', { exact: true }).selectOption({ label: 'right' });
    await eventually(() => row(page, '.client.text', '<img').count()).toBe(0);
    await page.getByLabel('Lane', { exact: true }).selectOption('All lanes');
    await page.getByRole('button', { name: 'Pause' }).click();
    await sayOn(page, 'right', 'not seen');
    await left.locator('#log').getByText('not seen').waitFor();
    const text = await copied(page);
    expect(text).toMatch(/^left +── connects ─+▶ server\n/m);
    expect(text).not.toContain('not seen');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('not shown while the view was paused').waitFor();

    await page.getByRole('button', { name: 'Add a third client' }).click();
    await page.locator('.wire-lane', { hasText: 'third' }).waitFor();
    await page.getByRole('button', { name: 'Remove the third client' }).click();
    await page.getByText('third: the TCP connection is closed').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => page.locator('.wire-rows li').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  browserTest('each page shows the wire where one asks for it, and says which lane it is', async () => {
    const { page, errors } = await open('/', 375);
    await page.getByRole('link', { name: 'Look at the wire' }).click();
    await connection(page, 'open');
    const own = page.locator('.wire-lane', { hasText: 'this page' });
    await own.waitFor();
    expect(await own.count()).toBe(1);
    await say(page, 'It is me.');
    await row(page, '.client.text', 'It is me.').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Hide the wire' }).click();
    await page.waitForURL(`${server.url}/`);
    expect(errors).toEqual([]);
  });

  browserTest('a flood does not freeze the page', async () => {
    const { page } = await open('/?client=me');
    await page.locator('.wire-lane', { hasText: 'this page' }).waitFor();
    const socket = await connect();
    for (let at = 0; at < 5000; at += 1) socket.send(`{"message":"${at}"}`);
    await page.locator('.wire-note', { hasText: 'came too fast' }).first().waitFor();
    await say(page, 'It still answers.');
    await page.locator('#log').getByText('It still answers.').waitFor();
    expect(await page.locator('.wire-rows li').count()).toBeLessThanOrEqual(400);
  });

  browserTest('only a connection that ends without a close frame is said to end with 1006', async () => {
    const { page } = await open('/?client=me');
    await page.locator('.wire-lane', { hasText: 'this page' }).waitFor();
    const ends = page.getByText('the TCP connection is closed');
    const [polite, lost] = [await connect(), await connect()];
    polite.close(1000, 'bye');
    await eventually(() => ends.count()).toBe(1);
    expect(await copied(page)).not.toContain('1006');
    lost.terminate();
    await eventually(() => ends.count()).toBe(2);
    const text = await copied(page);
    expect(text.match(/closed: 1000 bye/g)).toHaveLength(1);
    expect(text.match(/closed: 1006/g)).toHaveLength(1);
  });

  browserTest('after a restart of the server all lanes of before are closed', async () => {
    const own = await startServer('lessons/03/server.ts');
    const { page } = await open('/?client=me', 1280, own.url);
    await page.locator('.wire-lane', { hasText: 'this page' }).waitFor();
    await connect(own.socketUrl);
    await page.locator('.wire-lane:not(.gone)', { hasText: 'client 2' }).waitFor();
    const again = await own.restart();
    onTestFinished(() => again.stop());
    await page.getByText('The server was started again').waitFor();
    expect(await page.locator('.wire-lane:not(.gone):not(.server)').count()).toBe(0);
    await connect(again.socketUrl);
    await eventually(() => page.locator('.wire-lane:not(.gone):not(.server)').count()).toBe(1);
  });
});
