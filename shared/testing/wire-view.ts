/** What the tests of the wire view stand on: a page that shows it, clients on the wire, and an eye on its arrows. */
import { once } from 'node:events';
import type { Locator, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { openTab } from './browser-testing.ts';

/** Milliseconds, far more than anything here takes. */
const PATIENCE = 20_000;

export type View = { page: Page; errors: string[] };

/** The view and nothing else: no client of the page's own is on the wire. */
const BARE = `<!doctype html><html lang="en"><title>The wire</title>
<link rel="stylesheet" href="/shared/lesson/page/style.css"><link rel="stylesheet" href="/shared/lesson/page/wire.css">
<body style="max-width: none; height: 100dvh; padding: 8px"><main style="display: contents"><h1 class="for-ears">The wire</h1>
<section id="wire" class="wire-view" style="flex: 1; min-height: 0"></section></main>
<script type="module">import { showWire } from '/wire.ts'; showWire(document.querySelector('#wire'));</script>`;

/** Opens a page of a lesson. What goes wrong in it is in `errors`. */
export async function openView(url: string, width = 1280, height = 900): Promise<View> {
  const view = await openEmpty(width, height);
  await view.page.goto(url);
  return view;
}

/** Opens the wire view of a server alone, and waits until it listens. */
export async function openBareView(url: string, width = 1280, height = 900): Promise<View> {
  const view = await openEmpty(width, height);
  await view.page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: BARE }));
  const fed = view.page.waitForResponse('**/wire');
  await view.page.goto(`${url}/bare`);
  await fed;
  return view;
}

async function openEmpty(width: number, height: number): Promise<View> {
  const { page, close } = await openTab({ viewport: { width, height } });
  onTestFinished(close);
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return { page, errors };
}

/** Connects a client. @param name as its page would give it: left */
export async function connectClient(socketUrl: string, name = ''): Promise<WebSocket> {
  const socket = new WebSocket(name === '' ? socketUrl : `${socketUrl}/?client=${name}`);
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** The arrows of rows of this kind that are shown: '.client.text' */
export function arrows(page: Page, kind = '', text = ''): Locator {
  return page.locator(`.wire-rows > li${kind}:not([hidden]) > .wire-arrow`, { hasText: text });
}

/** The lanes, from left to right: what stands in their heads, the lines of one with a space between. */
export async function heads(page: Page): Promise<string[]> {
  const texts = await page.locator('.wire-lane').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' '));
}

/** Where an arrow's line begins and ends, and where its tip is, each by the name of the lane that is there. */
export async function wayOf(arrow: Locator): Promise<{ ends: string[]; tip: string }> {
  const found = await arrow.evaluate((button) => {
    const row = button.parentElement ?? button;
    const { left, right } = row.getBoundingClientRect();
    const [line, tip] = [getComputedStyle(row, '::before'), getComputedStyle(row, '::after')];
    const laneAt = (x: number) => {
      const heads = [...document.querySelectorAll('.wire-lane')].map((head) => {
        const box = head.getBoundingClientRect();
        const name = head.querySelector('.wire-name')?.textContent ?? '';
        return { name, away: Math.abs((box.left + box.right) / 2 - x) };
      });
      return heads.find(({ away }) => away < 10)?.name ?? `nothing at ${x}`;
    };
    const middle = left + Number.parseFloat(tip.left) + Number.parseFloat(tip.width) / 2;
    return {
      ends: [laneAt(left + Number.parseFloat(line.left)), laneAt(right - Number.parseFloat(line.right))],
      tip: laneAt(middle),
      /** A triangle: its first corner tells where it does not point to. */
      target: { 'polygon(0': 1, 'polygon(1': 0 }[tip.clipPath.slice(0, 9)] ?? -1,
    };
  });
  const { ends, tip, target } = found;
  return { ends, tip: tip === ends[target] ? tip : `${tip}, but it points away` };
}
