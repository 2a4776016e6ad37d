/** Each experiment of lesson 06's text, done as a learner does it: what the text says of it, and its guess. */
import { expect } from 'vitest';
import type { ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 20_000, interval: 20 };

const [RED, BLUE] = ['#d1382c', '#2463c9'];

testExperiments('lessons/06', {
  others: async (bench) => {
    const [left, right] = [await bench.client('left'), await bench.client('right')];
    await bench.apply('others');
    await bench.run('across');
    // The left one shows nothing of it where its own line is: there the blue one lies below.
    await expect.poll(() => colorOf(left, '#confirmed'), PATIENCE).toBe(BLUE);
    await expect.poll(() => topOf(right), PATIENCE).toBe(BLUE);
    const [onLeft, onRight] = [await topOf(left), await topOf(right)];
    // A newcomer has the server's order.
    const third = await bench.client('third');
    await expect.poll(() => topOf(third), PATIENCE).toBe(BLUE);
    return [
      onLeft === BLUE && onRight === BLUE,
      onLeft === RED && onRight === BLUE,
      onLeft === RED && onRight === RED,
    ];
  },

  late: async (bench) => {
    await bench.apply('late');
    await bench.run('newcomer');
    await expect.poll(bench.printed, PATIENCE).toMatch(/^bob got .*canvas \d\n$/);
    // A page paints what comes, and a canvas takes the place of all that was there.
    const isFirstAlone = (await bench.printed()) === 'bob got line 2, canvas 1\n';
    return [!isFirstAlone, isFirstAlone, false];
  },

  unbounded: async (bench) => {
    const left = await bench.client('left');
    await bench.apply('unbounded');
    await bench.run('weigh');
    await expect.poll(bench.printed, PATIENCE).toMatch(/^\d+ lines, \d+ bytes\n$/);
    const [lines = 0, bytes = 0] = (await bench.printed()).split(' lines, ').map(Number.parseFloat);
    expect(bytes).toBeGreaterThan(2_000_000);
    // The lines turn around the middle. The page has painted the last 10,000, which leave out the upper left.
    await expect.poll(() => colorOf(left, '#confirmed'), PATIENCE).not.toBe('');
    expect(await colorOf(left, '#confirmed', [0.1, 0.3])).toBe('');
    expect(await colorOf(left, '#confirmed', [0.1, 0.8])).not.toBe('');
    return [lines === 10_000, lines === 50_000, lines === 0];
  },

  'paint-twice': async (bench) => {
    await bench.run('paint-twice');
    await expect.poll(bench.printed, PATIENCE).toMatch(/^\d+\n\d+\n$/);
    const [once = 0, twice = 0] = (await bench.printed()).split('\n').map(Number);
    return [once === twice, once < twice && twice < 2 * once, twice >= 2 * once];
  },
});

/** The colour that lies on top in the middle of a client's sheet, or '' where nothing is painted. */
async function topOf(client: ClientPage): Promise<string> {
  return (await colorOf(client, '#provisional')) || (await colorOf(client, '#confirmed'));
}

/** The colour of one canvas in its middle, or elsewhere: '#rrggbb', or '' where nothing is painted. */
async function colorOf(
  client: ClientPage,
  canvas: '#provisional' | '#confirmed',
  place = [0.5, 0.5],
): Promise<string> {
  return client.locator(canvas).evaluate((canvas, [x = 0, y = 0]) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('This is no canvas.');
    const context = canvas.getContext('2d');
    const pixel = context?.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1);
    const [red = 0, green = 0, blue = 0, alpha] = pixel?.data ?? [];
    const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, '0'));
    return alpha === 255 ? `#${hex.join('')}` : '';
  }, place);
}
