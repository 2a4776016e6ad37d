/** Reading the wire view in a real browser: the drawer, the keyboard, and all sizes and colours. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { arrows, connectClient, heads, openBareView } from '#shared/testing/wire-view.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/03/server.ts');
});
afterAll(() => server.stop());

const connect = (name = '') => connectClient(server.socketUrl, name);
const drawer = (page: Page) => page.locator('#wire-drawer');

/** A view with three texts of the left client on it: "one" to "three". */
async function openWithTexts(width = 1280, height = 900): Promise<Page> {
  const { page } = await openBareView(server.url, width, height);
  const left = await connect('left');
  await arrows(page, '.server.text', 'Welcome!').waitFor();
  for (const message of ['one', 'two', 'three']) {
    left.send(JSON.stringify({ message }));
    await arrows(page, '.server.text', `"${message}"`).waitFor();
  }
  return page;
}

describe('the drawer', () => {
  browserTest('one frame at a time opens beside the list, bit by bit, and closes again', async () => {
    const page = await openWithTexts();
    const arrow = arrows(page, '.client.text', '"one"');
    expect(await drawer(page).isVisible()).toBe(false);
    expect(await arrow.getAttribute('aria-expanded')).toBe('false');
    await arrow.click();
    expect(await arrow.getAttribute('aria-expanded')).toBe('true');
    expect(await arrow.getAttribute('aria-controls')).toBe(await drawer(page).getAttribute('id'));
    expect(await page.locator('.wire-rows .wire-detail').count()).toBe(0);
    const detail = drawer(page).locator('.wire-detail');
    expect(await detail.locator('tbody tr').count()).toBe(7);
    expect(await detail.getByRole('row', { name: /MASK/ }).innerText()).toMatch(
      /^[0-9a-f]{2}\s+1\s+MASK\s+the payload is masked/,
    );
    expect(await detail.locator('.wire-bytes').innerText()).toContain('7b 22');
    expect(await detail.locator('.wire-message').innerText()).toBe('{"message":"one"}');
    expect(await drawer(page).locator('.wire-drawer-title').innerText()).toMatch(/^text\s+left → server/);

    const other = arrows(page, '.server.text', '"one"');
    await other.click();
    expect(await page.locator('[aria-expanded="true"].wire-arrow').count()).toBe(1);
    await eventually(() => detail.getByRole('row', { name: /MASK/ }).innerText()).toContain('as it is');
    await drawer(page).getByRole('button', { name: 'Close' }).click();
    expect(await drawer(page).isVisible()).toBe(false);
    expect(await other.evaluate((element) => element === document.activeElement)).toBe(true);
    await other.click();
    await other.click();
    expect(await drawer(page).isVisible()).toBe(false);
    // It goes with its row.
    await other.click();
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await drawer(page).isVisible()).toBe(false);
  });

  browserTest(
    'by keyboard: one stop for the list, arrow keys go on, the drawer follows, Escape gives back',
    async () => {
      const page = await openWithTexts();
      const focused = () => page.evaluate('document.activeElement.textContent');
      expect(await page.locator('.wire-arrow[tabindex="0"]').count()).toBe(1);
      await page.getByRole('button', { name: 'Copy as text' }).focus();
      await page.keyboard.press('Tab');
      // The newest is first, and nothing opens by itself.
      expect(await focused()).toMatch(/^server to left: text.*"three"/);
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toMatch(/^left to server: text.*"three"/);
      expect(await drawer(page).isVisible()).toBe(false);
      await page.keyboard.press('Enter');
      await drawer(page).getByText('{"message":"three"}', { exact: true }).waitFor();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toMatch(/^left to server: text.*"two"/);
      await drawer(page).getByText('{"message":"two"}', { exact: true }).waitFor();
      expect(await page.locator('[aria-expanded="true"].wire-arrow').innerText()).toContain('"two"');
      // Into the drawer, and out of it.
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Close');
      await page.keyboard.press('Escape');
      expect(await drawer(page).isVisible()).toBe(false);
      expect(await focused()).toMatch(/^left to server: text.*"two"/);
      await page.keyboard.press('Home');
      expect(await focused()).toMatch(/handshake/);
      await page.keyboard.press('End');
      expect(await focused()).toMatch(/^server to left: text.*"three"/);
      expect(await page.locator('.wire-arrow[tabindex="0"]').count()).toBe(1);
    },
  );

  browserTest('what one reads stays where it is while frames come in', async () => {
    const page = await openWithTexts(900, 500);
    const arrow = arrows(page, '.server.text', '"three"');
    await arrow.click();
    const talker = await connect('right');
    for (let at = 0; at < 12; at += 1) talker.send('{"message":"more"}');
    await eventually(() => arrows(page, '.client.text', 'more').count()).toBe(12);
    const isInView = `(() => {
      const list = document.querySelector('.wire-box').getBoundingClientRect();
      const { top, bottom } = document.querySelector('.wire-arrow[aria-expanded="true"]').getBoundingClientRect();
      return top >= list.top && bottom <= list.bottom;
    })()`;
    expect(await page.evaluate(isInView)).toBe(true);
    await page.keyboard.press('Escape');
    // Nor does it move for whoever has scrolled up.
    await page.keyboard.press('Home');
    const top = () => page.locator('.wire-arrow:focus').evaluate((one) => one.getBoundingClientRect().top);
    const before = await top();
    await connect('third');
    await arrows(page, '.handshake', 'client=third').waitFor();
    expect(await top()).toBe(before);
    await page.getByRole('button', { name: 'Newest' }).click();
    const isAtEnd = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(document.querySelector('.wire-box'))`;
    expect(await page.evaluate(isAtEnd)).toBe(true);
    expect(await page.getByRole('button', { name: 'Newest' }).isVisible()).toBe(false);
  });
});

describe('sizes and colours', () => {
  /** What sticks out of the view, sideways, or is cut off in it. */
  const STICKS_OUT = `[...document.querySelectorAll('.wire-view *')].filter((one) => {
    if (!one.checkVisibility() || one.closest('.for-ears, .wire-lines')) return false;
    const view = document.querySelector('.wire-view').getBoundingClientRect();
    const { left, right } = one.getBoundingClientRect();
    return left < view.left - 1 || right > view.right + 1;
  }).map((one) => one.className || one.tagName)`;

  /** Heads that stand in each other's way. */
  const HEADS_MEET = `[...document.querySelectorAll('.wire-lane')].filter((one) =>
    one.nextElementSibling && one.getBoundingClientRect().right > one.nextElementSibling.getBoundingClientRect().left
  ).map((one) => one.textContent)`;

  const TOPS = `new Set([...document.querySelectorAll('.wire-tools > *, .wire-title')].map((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return Math.round((top + bottom) / 4);
  })).size`;

  for (const [width, height] of [
    [320, 640],
    [700, 500],
    [1280, 340],
    [1600, 1000],
  ] as const) {
    browserTest(`five lanes and long texts fit into ${width} × ${height}, in both schemes`, async () => {
      const { page, errors } = await openBareView(server.url, width, height);
      const left = await connect('left');
      for (const name of ['right', 'third', 'hand', 'left']) await connect(name);
      await eventually(async () => (await heads(page)).length).toBe(6);
      left.send(JSON.stringify({ message: 'x'.repeat(2000) }));
      left.send(Buffer.alloc(200));
      await eventually(() => arrows(page, '.server.text', 'xxx').count()).toBe(5);
      expect(await page.evaluate(HEADS_MEET)).toEqual([]);
      const isNarrow = width < 640;
      expect(await page.getByRole('button', { name: 'Tools' }).isVisible()).toBe(isNarrow);
      expect(await page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(!isNarrow);
      if (!isNarrow) expect(await page.evaluate(TOPS)).toBe(1);
      expect(await page.evaluate(STICKS_OUT)).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
      await arrows(page, '.client.text', 'xxx').click();
      if (isNarrow) {
        await page.getByRole('button', { name: 'Tools' }).click();
        await page.getByRole('button', { name: 'Pause' }).waitFor();
      }
      expect(await page.evaluate(STICKS_OUT)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const box = await drawer(page).boundingBox();
      expect((box?.y ?? height) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await accessibilityProblems(page), colorScheme).toEqual([]);
      }
      expect(errors).toEqual([]);
    });
  }

  browserTest('a narrow list gives a text all of its width, and two lines', async () => {
    const { page } = await openBareView(server.url, 375, 800);
    const left = await connect('left');
    await connect('right');
    left.send(JSON.stringify({ message: 'x'.repeat(2000) }));
    const arrow = arrows(page, '.client.text', 'xxx');
    await arrow.waitFor();
    const { width, height } = (await arrow.locator('.wire-text').boundingBox()) ?? { width: 0, height: 0 };
    expect(width).toBeGreaterThan(375 / 2);
    expect(height).toBeGreaterThan(35);
  });

  browserTest('in forced colours arrows keep their tips, and the opened one its mark', async () => {
    const page = await openWithTexts();
    await page.emulateMedia({ forcedColors: 'active' });
    await arrows(page, '.client.text', '"one"').click();
    const marks = await page.evaluate(
      `(() => {
        const row = document.querySelector('.wire-arrow[aria-expanded="true"]').parentElement;
        const ink = getComputedStyle(document.body).color;
        const { outlineStyle } = getComputedStyle(row.firstElementChild);
        return { isTipInked: getComputedStyle(row, '::after').backgroundColor === ink, outlineStyle };
      })()`,
    );
    expect(marks).toEqual({ isTipInked: true, outlineStyle: 'solid' });
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
