/** The workshop in a real browser: lessons, every page, its end, and the world around. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import {
  answers,
  client,
  lessonUrl,
  openPage,
  serverState,
  startWorkshop,
  useWorkshop,
} from '#shared/testing/workshop.ts';

const workshop = useWorkshop();
const open = (path: string, options?: BrowserContextOptions) => openPage(workshop.url + path, options);

describe('a lesson in the workshop', () => {
  browserTest('what the left client says is seen by the right one, and on the wire', async () => {
    const page = await open('/lessons/03');
    await page.locator('h1').getByText('Broadcast').waitFor();
    const left = client(page, 'left');
    await left.locator('[data-connection="open"]').waitFor();
    await client(page, 'right').locator('[data-connection="open"]').waitFor();
    await left.locator('#field').fill('from the left');
    await left.locator('#field').press('Enter');
    await client(page, 'right').locator('#log').getByText('from the left').waitFor();
    const frames = page
      .frameLocator('#stage')
      .locator('.wire-rows > li')
      .filter({ hasText: 'from the left' });
    await eventually(() => frames.count()).toBe(3);
    await frames.first().locator('button').first().click();
    await page.frameLocator('#stage').locator('#wire').getByText('FIN').first().waitFor();
    await page.locator('#log').getByText('A client arrived.').first().waitFor();
  });

  browserTest('a server that crashes says why, and starts again when its file is saved', async () => {
    const page = await open('/lessons/02');
    await serverState(page, 'running');
    const file = join(workshop.root, 'lessons/02/server.ts');
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, `${right}\nsetTimeout(() => { throw new Error('boom'); }, 50);\n`);
    await page.locator('#crash').getByText('Error: boom').waitFor();
    expect(await page.locator('#crash').textContent()).toContain('lessons/02/server.ts:');
    writeFileSync(file, `${right}\nsetTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);\n`);
    await page.locator('#crash').getByText('SIGKILL').waitFor();
    writeFileSync(file, right);
    await serverState(page, 'running');
    await client(page, 'left').locator('[data-connection="open"]').waitFor();
  });

  browserTest('stop and restart do what they say, and nothing runs when nobody looks', async () => {
    const page = await open('/lessons/04');
    const url = await lessonUrl(page);
    expect(await answers(url)).toBe(200);
    await page.click('#stop');
    await serverState(page, 'stopped');
    expect(await answers(url)).toBe(0);
    expect(await page.locator('#stage').isVisible()).toBe(false);
    await page.click('#stop');
    await serverState(page, 'running');
    expect(await lessonUrl(page)).toBe(url);
    await page.close();
    await eventually(() => answers(url)).toBe(0);
  });

  browserTest('it weighs less than 300 KiB, and needs nothing from elsewhere', async () => {
    const page = await open('/');
    let bytes = 0;
    const places = new Set<string>();
    page.on('response', async (response) => {
      places.add(new URL(response.url()).hostname);
      if (response.frame() === page.mainFrame()) bytes += (await response.body().catch(() => '')).length;
    });
    await page.goto(`${workshop.url}/lessons/03`);
    await client(page, 'right').locator('[data-connection="open"]').waitFor();
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(300 * 1024);
    expect([...places]).toEqual(['localhost']);
  });
});

describe('every page of the workshop', () => {
  for (const path of ['/', '/lessons/01', '/exercises/01', '/lessons/01/server.ts', '/nothing']) {
    browserTest(`${path}: axe-core finds nothing, dark or light, and it fits a phone`, async () => {
      const page = await open(path);
      await page.locator('body[data-link="open"]').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.setViewportSize({ width: 375, height: 800 });
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }

  browserTest('by keyboard alone: the outline, the tabs, and a place in the text', async () => {
    const page = await open('/exercises/01', { viewport: { width: 375, height: 800 } });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#outline').getByText('Nicknames').first().waitFor();
    const isOnTop = `(() => {
      const link = document.querySelector('#outline a');
      const { left, top, height } = link.getBoundingClientRect();
      return link.contains(document.elementFromPoint(left + 20, top + height / 2));
    })()`;
    expect(await page.evaluate(isOnTop)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#outline').isVisible()).toBe(false);
    await page.getByRole('tab', { name: 'Task' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#check').waitFor();
    expect(new URL(page.url()).hash).toBe('#check');
    await page.goto(`${workshop.url}/exercises/01#what-is-checked`);
    expect(await page.locator('#read').isVisible()).toBe(true);
    expect(await page.locator('#what-is-checked').isVisible()).toBe(true);
  });

  browserTest('prints the text, and nothing else', async () => {
    const page = await open('/lessons/01');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#read h1').isVisible()).toBe(true);
    for (const part of ['.bar', '#outline', '#try', '.around']) {
      expect(await page.locator(part).isVisible(), part).toBe(false);
    }
  });
});

describe('the workshop and the world', () => {
  test('answers to its own name and its own pages only, and serves no other files', async () => {
    const { port, host } = new URL(workshop.url);
    expect(await answers(workshop.url)).toBe(200);
    expect(await answers(workshop.url, { host: 'evil.example' })).toBe(403);
    for (const path of [
      '/package.json',
      '/.progress.json',
      '/exercises/..%2f..%2fpackage.json',
      '/shared/../.git/config',
    ]) {
      expect(await answers(`http://localhost:${port}${path}`), path).toBe(404);
    }
    const { headers } = await fetch(`${workshop.url}/workshop.ts`);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const stranger = new WebSocket(`ws://${host}/link`, { origin: 'http://evil.example' });
    const [error] = await once(stranger, 'error');
    expect(error.message).toContain('403');
  });

  test('a page that speaks nonsense gets a sentence, and harms nobody', async () => {
    const socket = new WebSocket(`${workshop.url.replace('http', 'ws')}/link`);
    onTestFinished(() => socket.terminate());
    const notes: string[] = [];
    socket.on('message', (data) => {
      const { type, text } = JSON.parse(data.toString());
      if (type === 'note') notes.push(text);
    });
    await once(socket, 'open');
    for (const text of ['', 'null', '[]', '{"type":"rm"}', '{"type":"look","folder":5}']) socket.send(text);
    socket.send('{"type":"look","folder":"../../etc"}');
    socket.send('{"type":"start"}');
    socket.send(Buffer.from([1, 2, 3]));
    await eventually(() => notes.length).toBe(6);
    expect(notes[0]).toContain('did not understand');
    expect(await answers(workshop.url)).toBe(200);
  });

  browserTest('when it is stopped the page says so, and comes back with it', async () => {
    const other = await startWorkshop(workshop.root);
    const page = await openPage(`${other.url}/lessons/01`);
    const url = await lessonUrl(page);
    await other.end('SIGINT');
    await page.locator('#link').getByText('The workshop is away').waitFor();
    expect(await page.locator('#restart').isDisabled()).toBe(true);
    // No lesson's server is left behind.
    await eventually(() => answers(url)).toBe(0);
    const again = await startWorkshop(workshop.root, { PORT: new URL(other.url).port });
    onTestFinished(() => again.end('SIGTERM'));
    await page.locator('body[data-link="open"]').waitFor();
    await client(page, 'left').locator('[data-connection="open"]').waitFor();
  });

  browserTest('when it is killed, no server is left behind, not even one that hangs', async () => {
    const other = await startWorkshop(workshop.root);
    const page = await openPage(`${other.url}/lessons/05`);
    const url = await lessonUrl(page);
    const file = join(workshop.root, 'lessons/05/server.ts');
    const right = readFileSync(file, 'utf8');
    onTestFinished(() => writeFileSync(file, right));
    writeFileSync(file, `${right}\nserver.on('request', () => { console.log('It hangs.'); for (;;) {} });\n`);
    await page.locator('#log').getByText('It hangs.').first().waitFor();
    await other.end('SIGKILL');
    await eventually(() => answers(url)).toBe(0);
  });

  test('two at once listen on two ports, the second on the next free one', async () => {
    const first = await startWorkshop(workshop.root, {});
    onTestFinished(() => first.end('SIGTERM'));
    const second = await startWorkshop(workshop.root, {});
    onTestFinished(() => second.end('SIGTERM'));
    expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
    const { port } = new URL(first.url);
    await expect(startWorkshop(workshop.root, { PORT: port })).rejects.toThrow(`Port ${port} is in use.`);
    await expect(startWorkshop(workshop.root, { PORT: 'x' })).rejects.toThrow('PORT must be a whole number');
  });
});
