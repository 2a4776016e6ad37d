/** The experiments of lesson 07, and what its text says about them. */
import { expect } from 'vitest';
import type { Bench, ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. A handshake without an end is given up after ten seconds. */
const PATIENCE = { timeout: 30_000, interval: 20 };

testExperiments(
  'lessons/07',
  {
    full: async (bench) => {
      await bench.apply('full');
      const left = await ask(bench, 'ann');
      await bench.run('forgetful');
      await expect.poll(bench.printed, PATIENCE).toMatch(/^\d+ times$/m);
      const tries = Number(/(\d+) times/.exec(await bench.printed())?.[1]);
      // Meanwhile the page has tried a few times: its waits are random, and add up to seconds.
      const attempt = async () => {
        const text = (await left.locator('#retry').textContent()) ?? ''; // Empty for the moment in which it is open.
        return Number(/attempt (\d+)/i.exec(text)?.[1] ?? 0);
      };
      await expect.poll(attempt, PATIENCE).toBeGreaterThan(1);
      expect(await attempt()).toBeLessThan(12);
      // Who waits twice as long each time gets no further than to ten.
      return [tries <= 10, tries > 10];
    },

    watch: async (bench) => {
      await bench.client('right');
      await bench.run('watch');
      await bench.cable('right', 'freeze');
      await bench.cable('right', 'cut');
      // Lost, a handshake that is given up, and the next one.
      await expect.poll(states, PATIENCE).toBeGreaterThanOrEqual(4);
      const seen = (await bench.printed()).trim().split('\n');
      expect(seen.slice(0, 4).map((text) => text.replace(/.*: /, ''))).toEqual([
        'closed',
        'connecting',
        'closed',
        'connecting',
      ]);
      const [, begun = 0, ended = 0] = seen.map((text) => Number.parseInt(text, 10));
      return [false, ended - begun >= 9, ended - begun < 5];

      async function states(): Promise<number> {
        return (await bench.printed()).split('\n').length - 1;
      }
    },

    banned: async (bench) => {
      await bench.apply('banned');
      const left = await ask(bench, 'mallory');
      await left.locator('#detail').getByText('You are banned.').waitFor();
      const word = (await left.locator('#retry').textContent()) ?? '';
      return [/in 0 s/.test(word), /^Waiting/.test(word), /^Closed for good/.test(word)];
    },

    late: async (bench) => {
      await bench.apply('late');
      const left = await ask(bench, 'zoe');
      const welcomes = left.locator('#log').getByText('You are zoe.');
      await welcomes.waitFor();
      await bench.cable('left', 'cut');
      await left.getByRole('alert').getByText('zoe is taken, perhaps by your own old connection.').waitFor();
      const isBack = (await welcomes.count()) > 1;
      const isAway = (await left.locator('#retry').textContent()) !== '';
      await expect.poll(() => welcomes.count(), PATIENCE).toBe(2);
      return [isBack, !isBack && !isAway, isAway];
    },

    stampede: async (bench) => {
      const printed = await bench.program('stampede');
      const peakOf = (way: string) => Number(new RegExp(`^${way} {2,}(\\d+)`, 'm').exec(printed)?.[1]);
      const peak = peakOf('backoff');
      // A busy machine spreads them a little: never as far as chance does.
      const isHerd = peak > 2 * peakOf('backoff with full jitter');
      return [!isHerd && peak < 50, !isHerd && peak >= 50, isHerd];
    },
  },
  ['full', 'watch', 'late'],
);

/** Asks for a name in the left client, without waiting for the answer. */
async function ask(bench: Bench, name: string): Promise<ClientPage> {
  const page = await bench.client('left');
  await page.locator('#username').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  return page;
}
