/** The experiments of lesson 09, and what its text says about them. */
import { expect } from 'vitest';
import type { Bench, ClientName, ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. A browser that says goodbye waits for a minute. */
const PATIENCE = { timeout: 120_000, interval: 50 };

testExperiments(
  'lessons/09',
  {
    bare: async (bench) => {
      await bench.client('left');
      await bench.run('bare');
      await expect.poll(bench.printed, PATIENCE).toContain('Now freeze the cable.');
      await bench.cable('left', 'freeze');
      await expect.poll(bench.printed, PATIENCE).toMatch(/^bare: /m);
      const printed = await bench.printed();
      const [page, bare] = [/^the page: open$/m.test(printed), /^bare: open$/m.test(printed)];
      return [page && bare, !page && bare, !page && !bare];
    },

    phone: async (bench) => {
      await join(bench, 'left', 'zoe');
      await bench.cable('left', 'freeze');
      await bench.run('phone');
      await expect.poll(bench.printed, PATIENCE).toMatch(/^\d+ s: joined$/m);
      const printed = await bench.printed();
      const isTaken = printed.includes(': username-taken\n');
      // A busy machine asks, and answers, a little later.
      const seconds = Number(/(\d+) s: joined/.exec(printed)?.[1]);
      return [!isTaken, isTaken && seconds < 20, isTaken && seconds >= 20];
    },

    mute: async (bench) => {
      await bench.apply('mute');
      const left = await join(bench, 'left', 'zoe');
      await bench.cable('left', 'freeze');
      await left.locator('#log').getByText('The page has given this connection up.').waitFor();
      // One handshake without an end is given up, too: this takes longer than a heartbeat would.
      const attempt = async () => Number(/\d+/.exec((await left.locator('#retry').textContent()) ?? '')?.[0]);
      await expect.poll(attempt, PATIENCE).toBeGreaterThanOrEqual(3);
      const right = await ask(bench, 'right', 'zoe');
      const [welcome, refusal] = [
        right.locator('#log').getByText('You are zoe.'),
        right.getByRole('alert').getByText('Somebody here has this name already.'),
      ];
      await welcome.or(refusal).waitFor();
      return [(await welcome.count()) > 0, (await refusal.count()) > 0];
    },

    polite: async (bench) => {
      await bench.apply('polite');
      await join(bench, 'left', 'zoe');
      const right = await join(bench, 'right', 'bob');
      await bench.cable('left', 'freeze');
      const begin = performance.now();
      await right.locator('#log').getByText('zoe left.').waitFor({ timeout: PATIENCE.timeout });
      const seconds = (performance.now() - begin) / 1000;
      return [seconds < 30, seconds >= 30, false];
    },

    farewell: async (bench) => {
      await bench.client('left');
      await bench.run('farewell');
      await expect.poll(bench.printed, PATIENCE).toContain('Now freeze the cable.');
      await bench.cable('left', 'freeze');
      await expect.poll(bench.printed, PATIENCE).toMatch(/^closed after \d+ s$/m);
      const seconds = Number(/closed after (\d+) s/.exec(await bench.printed())?.[1]);
      return [seconds < 2, seconds >= 2 && seconds < 50, seconds >= 50];
    },

    'half-open': async (bench) => {
      const printed = await bench.program('half-open');
      const closed = (name: string) => {
        const row = printed.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';
        const last = /(\d+\.\d|not in \d+)$/.exec(row)?.[0] ?? '';
        return last.startsWith('not') ? Number.POSITIVE_INFINITY : Number(last);
      };
      expect(closed('server, ping and terminate()')).toBeLessThan(10);
      expect(closed('client, pulse')).toBeLessThan(10);
      const mute = Math.min(closed('server, no ping'), closed('client, no pulse')) > 20;
      const polite = closed('server, ping and close()') > 20;
      return [!mute && !polite, mute && !polite, mute && polite];
    },
  },
  ['bare', 'phone', 'mute', 'polite', 'farewell'],
);

/** Asks for a name in a client, without waiting for the answer. */
async function ask(bench: Bench, client: ClientName, name: string): Promise<ClientPage> {
  const page = await bench.client(client);
  await page.locator('#username').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  return page;
}

async function join(bench: Bench, client: ClientName, name: string): Promise<ClientPage> {
  const page = await ask(bench, client, name);
  await page.locator('#log').getByText(`You are ${name}.`).waitFor();
  return page;
}
