/** The experiments of lesson 12, and what its text says about them. */
import { expect } from 'vitest';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. Far more than anything here needs. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** Rows of a printed table, by their first cell. */
function rowsOf(printed: string): Map<string, string[]> {
  const rows = printed.split('\n').map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
  return new Map(rows.map(([first = '', ...cells]) => [first, cells]));
}

testExperiments('lessons/12', {
  sent: async (bench) => {
    await bench.client('left');
    await bench.run('sent');
    await expect.poll(bench.printed, PATIENCE).toMatch(/Closed with \d+\./);
    const printed = await bench.printed();
    const [, state, waiting] = /State (\d), and (\d+) bytes/.exec(printed) ?? [];
    return [waiting === '0', state === '1' && Number(waiting) >= 10_000_000, !printed.includes('All sent.')];
  },

  'slow-reader': async (bench) => {
    const rows = rowsOf(await bench.program('slow-reader'));
    const [, , whole, ended = ''] = rows.get('whole') ?? [];
    const [, , without, open] = rows.get('without the cut-off') ?? [];
    // However fast this machine is: this is what the text states.
    expect(Number(whole)).toBeLessThanOrEqual(10);
    const isBounded = ended.startsWith('was ended') && open === 'is still OPEN';
    const grows = Number(without) > Number(whole) + 1;
    return [!grows, isBounded && grows, Number(whole) > 10];
  },

  crowd: async (bench) => {
    const rows = rowsOf(await bench.program('crowd'));
    const [, gathered, work] = rows.get('gathered') ?? [];
    const [, each, more] = rows.get('each at once') ?? [];
    const isMuch = Number(each) > 10 * Number(gathered) && Number(more) > 2 * Number(work);
    return [!isMuch, isMuch];
  },

  'fan-out': async (bench) => {
    const [, part] = rowsOf(await bench.program('fan-out')).get('framed once') ?? [];
    return [Number(part) >= 1, Number(part) < 1 && Number(part) > 0.25, Number(part) <= 0.25];
  },
});
