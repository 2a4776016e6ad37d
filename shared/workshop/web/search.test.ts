/** The index in a real browser: what people paste finds its entry, by mouse and by keyboard, and each entry has a link. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { readIndexes } from '#shared/course/outline.ts';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { openPage, useWorkshop } from '#shared/testing/workshop.ts';

const workshop = useWorkshop();
const [INDEX] = readIndexes();
const PLACE = `/${INDEX?.folder}`;

/** What somebody pastes, as it was printed, and how the entry begins that comes first. */
const PASTED: [pasted: string, entry: string][] = [
  ['1006', '1006'],
  ['closed with code 1001', '1001'],
  ['RangeError: Max payload size exceeded', '1009'],
  ['received 1011 (internal error) keepalive ping timeout; then sent 1011', '1011'],
  ['Error: Unexpected server response: 426', 'Works locally'],
  ['{"code":1013,"reason":"try again later"}', '1013'],
  [
    "shop.tsx:31 WebSocket connection to 'ws://localhost:5173/live?token=abc' failed: WebSocket is closed before the connection is established.",
    'WebSocket is closed before',
  ],
  [
    'Error: WebSocket is not open: readyState 0 (CONNECTING)\n    at WebSocket.send (/app/node_modules/ws/lib/websocket.js:478:13)\n    at Object.<anonymous> (/app/index.js:4:4)',
    'Still in CONNECTING state',
  ],
  [
    "Uncaught SyntaxError: Failed to construct 'WebSocket': The subprotocol '[object Object]' is invalid.",
    "Headers can't be set",
  ],
  ['ws.ping is not a function', 'ping from a browser'],
  ['[object Blob]', '[object Blob]'],
  ["WebSocket connection to 'ws://10.0.0.3/' failed: Invalid frame header", 'Invalid frame header'],
  ['<Buffer 7b 22 74 79>', 'A message is a Buffer'],
  ['listener called twice reconnecting', 'My listener fires twice'],
  ['first message lost', 'The first message gets lost'],
  [
    "file:///app/client.mjs:1\nconst ws = new WebSocket('ws://localhost:8080');\n           ^\n\nReferenceError: WebSocket is not defined\n    at file:///app/client.mjs:1:12",
    'ReferenceError: WebSocket is not defined',
  ],
  [
    "node:events:495\n      throw er; // Unhandled 'error' event\n      ^\n\nError: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:217:20)",
    'The server dies with Error: read ECONNRESET',
  ],
  ['async handler wrong order', 'Answers come in another order'],
  [
    'Error: server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration',
    'server.handleUpgrade()',
  ],
  ['wss.close callback never called', "wss.close() doesn't end"],
  ['upstream nginx 60 seconds', 'Behind nginx it closes'],
  ['connected but no messages arrive', 'Connected, but nothing arrives'],
  ['net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS', 'Mixed Content'],
];

describe('the search of the index', () => {
  browserTest('finds what people paste', async () => {
    const page = await open();
    for (const [pasted, entry] of PASTED) {
      await page.fill('#search', pasted);
      const shown = await headings(page);
      expect(shown[0]?.startsWith(entry), `${pasted}: ${shown.join(' | ')}`).toBe(true);
      const all = await page.locator('.entry').count();
      expect(await page.locator('#found').textContent()).toContain(`${shown.length} of ${all} `);
      expect(await page.locator('#nothing').isVisible()).toBe(false);
    }
  });

  browserTest('says what to do where nothing is found, and shows all again', async () => {
    const page = await open();
    const all = (await headings(page)).length;
    expect(all).toBeGreaterThan(20);
    await page.fill('#search', 'banana');
    expect(await headings(page)).toEqual([]);
    expect(await page.locator('.text :is(h2, .results ~ p):visible').count()).toBe(0);
    expect(await page.locator('#found').textContent()).toBe(`None of ${all} matches.`);
    expect(await page.locator('#nothing').isVisible()).toBe(true);
    await page.fill('#search', '');
    expect((await headings(page)).length).toBe(all);
    expect(await page.locator('#found').textContent()).toBe(`${all} symptoms.`);
  });

  browserTest(
    'by keyboard alone: / leads to it, Enter to the first entry, Tab to its experiment',
    async () => {
      const page = await open();
      await page.keyboard.press('/');
      await page.keyboard.type('426 Upgrade/Required');
      expect(await page.locator('#search').inputValue()).toBe('426 Upgrade/Required');
      await page.keyboard.press('Enter');
      const here = () => page.evaluate("document.activeElement.closest('.entry')?.dataset.experiment");
      expect(await here()).toMatch(/\/status-426$/);
      for (let at = 0; at < 20; at += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate("document.activeElement.dataset.do === 'program'")) break;
      }
      await page.keyboard.press('Enter');
      const entry = page.locator('[data-experiment$="/status-426"]');
      await eventually(() => entry.getAttribute('data-state')).toBe('done');
      expect(await entry.locator('.measured').textContent()).toContain('426 Upgrade Required');
      expect(await here()).toMatch(/\/status-426$/);
      // A line that a search would have to find twice: what was printed now is no part of it.
      await page.keyboard.press('/');
      expect(await page.locator('#search').inputValue()).toBe('426 Upgrade/Required');
    },
  );

  browserTest('each entry has a link, which leads there also where it was hidden', async () => {
    const page = await open();
    const links = await page
      .locator('.entry > h3 > .anchor')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links).toHaveLength((await headings(page)).length);
    expect(new Set(links).size).toBe(links.length);
    const last = links.at(-1) ?? '';
    await page.fill('#search', '1001');
    expect(await page.locator(last).isVisible()).toBe(false);
    await page.evaluate(`location.hash = ${JSON.stringify(last)}`);
    await eventually(() => page.locator(last).isVisible()).toBe(true);
    expect(await page.locator('#search').inputValue()).toBe('');
    await page.goto(`${workshop.url}${PLACE}${last}`);
    await eventually(() =>
      page.locator(last).evaluate((heading) => heading.getBoundingClientRect().top < innerHeight),
    ).toBe(true);
  });

  browserTest('is led to from the home page and from the menu, also on a phone', async () => {
    const page = await openPage(workshop.url, { viewport: { width: 375, height: 800 } });
    await page.locator('.look-up a').click();
    expect(new URL(page.url()).pathname).toBe(PLACE);
    await page.locator('#search').waitFor();
    await page.click('#menu');
    const link = page.locator('#outline .index a');
    expect(await link.getAttribute('aria-current')).toBe('page');
    expect(await link.getAttribute('href')).toBe(PLACE);
  });

  browserTest('axe-core finds nothing, dark and light, found or not, and it fits a phone', async () => {
    const page = await open();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.fill('#search', 'ECONNRESET');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.fill('#search', 'banana');
    await page.setViewportSize({ width: 375, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

async function open(): Promise<Page> {
  const page = await openPage(`${workshop.url}${PLACE}`);
  await page.locator('body[data-link="open"]').waitFor();
  return page;
}

/** The headings of the entries that one sees. */
async function headings(page: Page): Promise<string[]> {
  return page.locator('.entry:not([hidden]) > h3').allTextContents();
}
