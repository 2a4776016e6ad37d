/** Looks at a page: at the colours and pixels of its drawing, and at its controls. The scripts here run in the page. */
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
 * In the page, before its own scripts: `__check` is what looks at the drawing. It takes what the browser gives now, so that
 * no page that puts a timer of its own in place of the browser's can stop it. The drawing are the two canvases of
 * the course, one on the other: a page may have more of them. They have one size in all pages, whatever else is there.
 */
export const EYE = `(() => {
  const { setTimeout, requestAnimationFrame, performance, crypto, document } = window;
  const now = performance.now.bind(performance);
  const { subtle } = crypto ?? {};
  const layers = () => document.querySelectorAll('canvas#confirmed, canvas#provisional');

  /** A part of the drawing, as the pixels of a canvas of this size: both layers on white. */
  function pixels(width, height, place) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    for (const layer of layers()) context.drawImage(layer, ...place(layer), 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  }
  const all = ({ width, height }) => pixels(width, height, (layer) => [0, 0, layer.width, layer.height]);
  const colour = (parts) => '#' + [...parts].map((part) => part.toString(16).padStart(2, '0')).join('');

  const boxOf = (element) => element?.getBoundingClientRect().toJSON();
  function inView(element) {
    element?.scrollIntoView({ block: 'nearest' });
    return element;
  }

  /** The control that has this label, where it can be used. */
  function control(role, label) {
    const kind = { button: 'button', radio: 'input[type=radio]', slider: 'input[type=range]', field: 'input:not([type])' }[role];
    const names = (one) => [one.ariaLabel, one.textContent, ...[...(one.labels ?? [])].map(({ textContent }) => textContent)];
    const isIt = (one) => !one.disabled && names(one).some((name) => name?.includes(label));
    return [...document.querySelectorAll(kind)].find(isIt);
  }

  const eye = {
    later: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    nextFrame: () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
    async until(holds, patience) {
      for (const end = now() + patience; now() < end; await eye.later(${POLLING})) {
        if (await holds()) return true;
      }
      return false;
    },
    /** Where a control is that can be used, once one can see it. */
    control: (role, label) => boxOf(inView(control(role, label))),
    slide(label, value) {
      const slider = control('slider', label);
      if (!slider) return false;
      slider.value = value;
      for (const type of ['input', 'change']) slider.dispatchEvent(new Event(type, { bubbles: true }));
      return true;
    },
    /** Puts the cursor into the field that has this label, and marks what is in it. Tells whether its form can be sent now. */
    enter(label) {
      const field = control('field', label);
      if (!field || [...(field.form?.elements ?? [])].some(({ type, disabled }) => type === 'submit' && disabled)) return false;
      field.focus();
      field.select();
      return document.activeElement === field;
    },
    /** Where the canvas is that takes the pointer, once one can see it. */
    box: () => boxOf(inView(document.querySelector('canvas#provisional'))),
    colourAt(x, y) {
      const at = (fraction, size) => Math.min(size - 1, Math.floor(fraction * size));
      return colour(pixels(1, 1, ({ width, height }) => [at(x, width), at(y, height), 1, 1]).slice(0, 3));
    },
    /** The size of the drawing, and what stands for all its pixels: to compare those would take longer. */
    async picture() {
      const [layer] = layers();
      if (!layer) return 'no canvas';
      const digest = new Uint8Array(await subtle.digest('SHA-256', all(layer)));
      return [layer.width, layer.height, ...digest].join(' ');
    },
    /** The colours in the middle of so many fields across, and down, row by row. */
    fields(across, down) {
      const [layer] = layers();
      if (!layer) return [];
      const data = all(layer);
      return Array.from({ length: across * down }, (_, n) => {
        const x = Math.floor((((n % across) + 0.5) / across) * layer.width);
        const y = Math.floor(((Math.floor(n / across) + 0.5) / down) * layer.height);
        const at = 4 * (y * layer.width + x);
        return colour(data.slice(at, at + 3));
      });
    },
  };
  Object.defineProperty(window, '__check', { value: Object.freeze(eye) });

  const style = new CSSStyleSheet();
  style.replaceSync('.sheet { flex: none !important; width: 600px !important; min-width: 0 !important; }');
  document.adoptedStyleSheets.push(style);
})()`;

/** Waits until a condition holds in the page. On a busy machine the page gets a few more frames to show it. */
export async function waitForPage(page: Page, condition: string, paint: PaintPatience): Promise<boolean> {
  // With Playwright's own waiting it would first load a script of 300 KiB into the page.
  if (await page.evaluate<boolean>(`__check.until(async () => ${condition}, ${paint.now})`)) return true;
  paint.shorten();
  for (let frame = 0; frame < 3; frame += 1) {
    await page.evaluate(NEXT_FRAME);
    if (await page.evaluate(`(async () => ${condition})()`)) return true;
  }
  return false;
}

/** In the page: resolves when it has painted once more. On a busy machine that may take long. */
export const NEXT_FRAME = '__check.nextFrame()';
