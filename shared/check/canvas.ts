/** Looks at the drawing of a page: its colours and its pixels. The scripts here run in the page. */
import type { Page } from 'playwright-core';

/** How often to look at a canvas, in ms: to look at each frame would cost more than to paint it. */
const POLLING = 60;

/** How long a page may take to paint, in ms: the first thing that is missing is awaited longer than later ones. */
export const FIRST_PAINT = 2000;
const LATER_PAINT = 500;

export type PaintPatience = { now: number; shorten: () => void };

export function createPaintPatience(): PaintPatience {
  return {
    now: FIRST_PAINT,
    shorten() {
      this.now = LATER_PAINT;
    },
  };
}

/**
 * Waits until a condition holds in the page. On a busy machine the page gets a few more frames to show it.
 * With Playwright's own waiting it would first load a script of 300 KiB into the page.
 */
export async function waitForPage(page: Page, condition: string, paint: PaintPatience): Promise<boolean> {
  const isShown = await page.evaluate<boolean>(
    `(async () => {
      for (const end = performance.now() + ${paint.now}; performance.now() < end; ) {
        if (${condition}) return true;
        await new Promise((resolve) => setTimeout(resolve, ${POLLING}));
      }
      return false;
    })()`,
  );
  if (isShown) return true;
  paint.shorten();
  for (let frame = 0; frame < 3; frame += 1) {
    await page.evaluate(NEXT_FRAME);
    if (await page.evaluate(`(async () => ${condition})()`)) return true;
  }
  return false;
}

/** In the page: resolves when it has painted once more. On a busy machine that may take long. */
export const NEXT_FRAME = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';

/** In the page: where the canvas is that takes the pointer. */
export const CANVAS_BOX = `[...document.querySelectorAll('canvas')].at(-1)?.getBoundingClientRect().toJSON()`;

/** In the page: a part of the drawing, as the pixels of a canvas of this size: all layers, one over the other on white. */
const PIXELS = `((width, height, place) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  for (const layer of document.querySelectorAll('canvas')) context.drawImage(layer, ...place(layer), 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
})`;

/** In the page: the size of the drawing, and what stands for all its pixels: a page would need longer to compare pictures. */
export const PICTURE = `(async () => {
  const { width, height } = document.querySelector('canvas');
  const pixels = ${PIXELS}(width, height, (layer) => [0, 0, layer.width, layer.height]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pixels));
  return [width, height, ...digest].join(' ');
})`;

/** In the page: the colour of one pixel. */
export const COLOUR_AT = `((x, y) => {
  const at = (fraction, size) => Math.min(size - 1, Math.floor(fraction * size));
  const pixel = ${PIXELS}(1, 1, ({ width, height }) => [at(x, width), at(y, height), 1, 1]);
  return '#' + [...pixel.slice(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('');
})`;
