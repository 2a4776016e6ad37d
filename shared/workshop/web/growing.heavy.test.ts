/** A program that tells what it has measured so far: the page draws it while it runs, and the whole at its end. */
import { expect } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { accessibilityProblems, eventually } from '#shared/testing/page-testing.ts';
import { outside, program, usePrograms } from './programs-testing.ts';

const { open, goOn } = usePrograms('lessons/01', {
  grows: `const chart = (points) => ({ title: 'Grown <b>', x: 'Seconds', y: 'MiB', series: [{ name: 'whole', points }] });
    progress(0.3, 'the first', chart([[0, 0], [1, 2]]));
    await step();
    progress(0.6, 'the second', chart([[0, 0], [1, 2], [2, 44]]));
    await step();
    return { chart: chart([[0, 0], [1, 2], [2, 44], [3, 60]]), table: [['What', 'MiB'], ['whole', '60']] };`,
});

browserTest('draws what was measured while it goes on, further each time, and then the result', async () => {
  const page = await open({ viewport: { width: 375, height: 800 } });
  const { section, press, state } = program(page, 'grows');
  await press('[data-do="program"]');
  await section.getByRole('img', { name: 'Grown <b>. MiB. whole: at most 2.' }).waitFor();
  goOn();
  await section.getByRole('img', { name: 'Grown <b>. MiB. whole: at most 44.' }).waitFor();
  expect(await state()).toBe('running');
  expect(await section.locator('.measured figure').count()).toBe(1);
  expect(await section.locator('.measured table').count()).toBe(0);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  expect(await outside(section)).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
  }
  goOn();
  await eventually(state).toBe('done');
  await section.getByRole('img', { name: 'Grown <b>. MiB. whole: at most 60.' }).waitFor();
  expect(await section.locator('.measured figure').count()).toBe(1);
  expect(await section.locator('.measured table').count()).toBe(2);
});
