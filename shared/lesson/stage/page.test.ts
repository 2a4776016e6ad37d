/** The stage in a real browser: cables, a crash, frames by hand, and blocks that run. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { readText } from '#shared/course/course.ts';
import { browserTest, IS_LEFT_OUT } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { get, scratchFolder } from '#shared/testing/serving.ts';
import { clientOn, openStage as open, sayOn, showsConnection } from '#shared/testing/stage.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const scratch = scratchFolder();

const README = `
\`\`\`js greet
const socket = new WebSocket(location.href);
socket.onmessage = ({ data }) => console.log(data, 1);
\`\`\`
\`\`\`js throws right
console.log('before');
throw new TypeError('on purpose');
\`\`\`
\`\`\`js later third
setTimeout(() => { throw new RangeError('later'); });
Promise.reject(new SyntaxError('much later'));
\`\`\`
\`\`\`bytes unmasked
81 02 68 69
\`\`\`
`;

/** A frame that breaks the protocol ends it: 'error' has no listener. */
const FRAGILE = `import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
new WebSocketServer({ server: await serveLesson('${scratch.folder}') }).on('connection', (socket) => socket.send('hello'));
`;

let chat: RunningServer;
let fragile: string;
beforeAll(async () => {
  if (IS_LEFT_OUT) return;
  await scratch.write('README.md', README);
  for (const file of ['client.html', 'client.ts']) await scratch.write(file, readText(`lessons/01/${file}`));
  fragile = await scratch.write('server.ts', FRAGILE);
  chat = await startServer('lessons/03/server.ts');
});
afterAll(() => chat?.stop());

async function startOwn(file: string): Promise<RunningServer> {
  const server = await startServer(file);
  onTestFinished(() => server.stop());
  return server;
}

const heard = (page: Page, who: string, text: string) => clientOn(page, who).locator('#log').getByText(text);

describe('the stage', () => {
  browserTest('on a frozen cable nothing is heard until it heals; a cut one closes with 1006', async () => {
    const page = await open(`${chat.url}/stage`);
    for (const name of ['left', 'right']) await showsConnection(page, name, 'Open');
    const treat = (deed: string) => page.click(`#client-left [data-cable="${deed}"]`);
    await treat('freeze');
    await page.locator('#client-left').getByText('frozen').waitFor();
    // Two of its own that come back: whatever the server sent to the left has been sent before the second.
    for (const text of ['one', 'two']) {
      await sayOn(page, 'right', text);
      await heard(page, 'right', text).waitFor();
    }
    expect(await heard(page, 'left', 'one').count()).toBe(0);
    await treat('slow');
    await page.locator('#client-left').getByText('frozen, slow').waitFor();
    await treat('heal');
    for (const text of ['one', 'two']) await heard(page, 'left', text).waitFor();
    await eventually(() => page.locator('#client-left .cable-state').textContent()).toBe('');

    await treat('cut');
    await showsConnection(page, 'left', 'Closed');
    await clientOn(page, 'left').locator('#detail').getByText('Code 1006.').waitFor();
    await showsConnection(page, 'right', 'Open');
    await clientOn(page, 'left').locator('#connect').click();
    await showsConnection(page, 'left', 'Open');

    // Who leaves takes their cables along, frozen or not.
    await treat('freeze');
    const port = new URL((await page.locator('iframe[name="left"]').getAttribute('src')) ?? '').port;
    await eventually(async () => (await get(chat.url, '/cable')).body).toContain(`${port},"isFrozen":true`);
    await page.goto('about:blank');
    await eventually(async () => (await get(chat.url, '/cable')).body).not.toContain(port);
  });

  browserTest(
    'a crash leaves all in view, typed texts too; when the server is back, all connect',
    async () => {
      const server = await startOwn(fragile);
      const page = await open(`${server.url}/stage`);
      for (const name of ['left', 'right']) {
        await showsConnection(page, name, 'Open');
        await clientOn(page, name).locator('#field').fill(`typed by ${name}`);
      }
      const frames = () => page.frames().slice(1);
      for (const frame of frames()) await frame.evaluate('window.isTheSame = true');

      await page.click('#by-hand');
      await page.click('[data-hand="preset"]');
      expect(await page.locator('[data-hand="bytes"]').textContent()).toBe('81 02 68 69');
      await page.click('[data-hand="send"]');
      expect(await server.exited).toBe(1);
      for (const name of ['left', 'right']) {
        await clientOn(page, name).locator('#detail').getByText('Code 1006.').waitFor();
        expect(await clientOn(page, name).locator('#field').inputValue()).toBe(`typed by ${name}`);
      }
      await page.locator('#stage-state').getByText('The server is away.').waitFor();
      // What killed it is on the wire.
      await page.locator('.wire-rows .broken').waitFor();

      await page.getByLabel('Payload', { exact: true }).focus();
      const again = await server.restart();
      onTestFinished(() => again.stop());
      for (const name of ['left', 'right']) {
        await showsConnection(page, name, 'Open');
        expect(await clientOn(page, name).locator('#field').inputValue()).toBe(`typed by ${name}`);
      }
      for (const frame of frames()) expect(await frame.evaluate('window.isTheSame')).toBe(true);
      // Nor is anybody disturbed who types elsewhere.
      await page.keyboard.press('End');
      await page.keyboard.type('!');
      expect(await page.getByLabel('Payload', { exact: true }).inputValue()).toBe('hi!');
    },
  );

  browserTest('frames by hand: each bit is set, the bytes are shown, and they are sent', async () => {
    const page = await open(`${chat.url}/stage`);
    await showsConnection(page, 'left', 'Open');
    await page.click('#by-hand');
    const bytes = page.locator('[data-hand="bytes"]');
    const header = bytes.locator('.hand-header');
    await page.getByLabel('MASK').uncheck();
    expect(await bytes.textContent()).toBe('81 02 68 69');
    await page.getByLabel('FIN').uncheck();
    for (const bit of ['RSV1', 'RSV2', 'RSV3']) await page.getByLabel(bit).check();
    expect(await header.textContent()).toBe('71 02');
    await page.getByLabel('Opcode').selectOption('2 binary');
    await page.getByLabel('Length').fill('126');
    expect(await header.textContent()).toBe('72 7e 00 7e');
    await page.getByLabel('Length').fill('much');
    await page.locator('[data-hand="send"]:disabled').waitFor();
    await page.getByLabel('Length').fill('');
    await page.getByLabel('The payload is').selectOption('hex');
    await page.getByLabel('Payload', { exact: true }).fill('ff f');
    await page.getByText('In hex each byte has two digits: 68 69').waitFor();
    await page.getByLabel('Payload', { exact: true }).fill('ff fe');
    expect(await bytes.textContent()).toBe('72 02 ff fe');

    await page.click('[data-preset="ping"]');
    expect(await header.textContent()).toBe('89 8e');
    const key = await bytes.locator('.hand-key').textContent();
    expect(key).toMatch(/^([0-9a-f]{2} ?){4}$/);
    await page.locator('[data-hand="send"]').press('Enter');
    await page.getByText('Sent, 20 bytes').waitFor();
    expect(await bytes.locator('.hand-key').textContent()).not.toBe(key);
    await page.locator('.wire-rows .pong').waitFor();
    await page.setViewportSize({ width: 700, height: 720 }); // Then it lies on the clients.
    expect(await page.locator('#client-left').isVisible()).toBe(false);
    expect(await page.locator('.wire-rows .client').first().isVisible()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  browserTest('the page around it has blocks run and sent, by name, and hears what they print', async () => {
    const server = await startOwn(fragile);
    // Any page of this machine may be around it, as the workshop is.
    const page = await open(chat.url);
    await page.evaluate(`
      window.news = [];
      window.stage = document.createElement('iframe');
      window.tell = (message) => stage.contentWindow.postMessage(message, '*');
      const isNews = (data) => data.course === 'ran' || data.course === 'printed';
      addEventListener('message', ({ source, data }) => source === stage.contentWindow && isNews(data) && news.push(data));
      stage.src = '${server.url}/stage';
      document.body.append(stage);
    `);
    const stage = page.frameLocator('iframe').first();
    await showsConnection(stage, 'left', 'Open');
    const news = () => page.evaluate('news.splice(0)');
    const tell = (message: unknown) => page.evaluate(`tell(${JSON.stringify(message)})`);
    const afterRun = async (name: string, count: number) => {
      await tell({ course: 'run', name });
      await eventually(() => page.evaluate('news.length')).toBe(count);
      return news();
    };
    for (const _ of ['once', 'and again']) {
      expect(await afterRun('greet', 2)).toEqual([
        { course: 'ran', name: 'greet' },
        { course: 'printed', name: 'greet', text: 'hello 1' },
      ]);
    }
    expect(await afterRun('throws', 3)).toEqual([
      { course: 'printed', name: 'throws', text: 'before' },
      { course: 'printed', name: 'throws', text: 'Uncaught TypeError: on purpose' },
      { course: 'ran', name: 'throws' },
    ]);
    const later = await afterRun('later', 3);
    expect(later).toContainEqual({ course: 'printed', name: 'later', text: 'Uncaught RangeError: later' });
    expect(later).toContainEqual({
      course: 'printed',
      name: 'later',
      text: 'Uncaught (in promise) SyntaxError: much later',
    });
    await showsConnection(stage, 'third', 'Open');
    expect(await afterRun('unknown', 1)).toEqual([
      { course: 'ran', name: 'unknown', problem: `The lesson's text has no block "unknown".` },
    ]);
    // No code, no path, no bytes: only names. And a client's page gives no orders.
    for (const name of ['../client', ['greet'], undefined])
      await tell({ course: 'run', name, code: 'alert(1)' });
    for (const forged of [{ course: 'send', hex: '8100' }, 'run']) await tell(forged);
    const left = page.frames().find((frame) => frame.name() === 'left');
    await left?.evaluate(`parent.postMessage({ course: 'send', name: 'unmasked' }, '*')`);
    await left?.evaluate(
      `parent.postMessage({ course: 'printed', name: 'greet', text: 'the last one' }, '*')`,
    );
    await eventually(() => page.evaluate('news.length')).toBe(1);
    expect(await news()).toEqual([{ course: 'printed', name: 'greet', text: 'the last one' }]);

    expect(await afterRun('greet', 2)).toHaveLength(2);
    await tell({ course: 'send', name: 'unmasked' });
    expect(await server.exited).toBe(1);
    // Asked for while it is away, a block runs when the server is back.
    await tell({ course: 'run', name: 'greet' });
    const again = await server.restart();
    onTestFinished(() => again.stop());
    await eventually(() => page.evaluate('news.some(({ text }) => text === "hello 1")')).toBe(true);
    // So are bytes sent, and not before one can see them on the wire.
    await again.stop();
    await tell({ course: 'send', name: 'unmasked' });
    expect(await (await again.restart()).exited).toBe(1);
    await stage.locator('.wire-rows > li.broken').nth(1).waitFor({ state: 'attached' });
  });
});
