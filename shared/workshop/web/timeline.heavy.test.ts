/** A program that tells what happened when: its lanes can be read, with every eye and on every screen. */
import { expect } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { outside, program, usePrograms } from './programs-testing.ts';

const { open, goOn } = usePrograms('lessons/01', {
  timed: `await step();
    const spans = [{ from: 0, to: 1, name: 'works' }, { from: 1, to: 3.5, name: 'dead' }, { from: 3.5, to: 33.5, name: 'closing' }];
    return {
      chart: {
        title: 'Who notices <b>', x: 'Seconds', moments: [{ at: 1, name: 'all cables freeze' }],
        lanes: [
          { name: 'server, with ping and close()', spans, marks: [{ at: 3.5, name: 'notices' }, { at: 33.5, name: 'closed' }] },
          { name: 'client alone <i>', spans: [spans[0], { from: 1, to: 34, name: 'dead' }], marks: [] },
        ],
      },
      table: [['Who', 'After'], ['server', '2.5'], ['client', 'not in 33 s']],
    };`,
});

browserTest('may show what happened when: lanes, with what they mean, and the same as a table', async () => {
  const page = await open({ viewport: { width: 375, height: 800 } });
  const { section, press, state } = program(page, 'timed');
  await press('[data-do="program"]');
  goOn();
  await eventually(state).toBe('done');
  const picture = section.getByRole('img', {
    name: 'Who notices <b>. Seconds. all cables freeze: 1. server, with ping and close(): notices at 3.5, closed at 33.5; client alone <i>: nothing happens.',
  });
  await picture.waitFor();
  expect(await section.locator('.legend li').allTextContents()).toEqual(['works', 'dead', 'closing']);
  await section.getByText('The numbers').click();
  const rows = section.locator('.numbers tr');
  expect(await rows.nth(1).locator('th, td').allTextContents()).toEqual([
    'all',
    'all cables freeze',
    '1',
    '',
  ]);
  expect(await rows.nth(3).locator('th, td').allTextContents()).toEqual([
    'server, with ping and close()',
    'dead',
    '1',
    '3.5',
  ]);
  expect(await rows.count()).toBe(9);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  expect(await outside(section)).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
  }
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  // Where all have one colour, each kind has its own dashes or its own width.
  const looks = `[...document.querySelectorAll('.legend .span')].map((one) => {
    const { strokeDasharray, strokeWidth, stroke } = getComputedStyle(one);
    return strokeDasharray + strokeWidth + stroke;
  })`;
  const seen = (await page.evaluate(looks)) as string[];
  expect(new Set(seen).size).toBe(3);
  for (const look of seen) expect(look).toContain('rgb(255, 255, 255)');
});
