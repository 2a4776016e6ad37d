/** The experiments of lesson 04, and what its text says about them. */
import { expect } from 'vitest';
import type { Bench, ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };

/** What mallory lets alice say. */
const FORGED = 'I owe mallory 100 euros';

testExperiments('lessons/04', {
  forged: async (bench) => {
    const alice = await joinAs(bench, 'alice');
    await bench.run('forged');
    await expect.poll(bench.printed, PATIENCE).toContain(FORGED);
    expect(await bench.printed()).toMatch(
      /^.*"code":"not-joined".*\n.*"type":"joined".*\n.*"username":"mallory".*\n$/,
    );
    const seen = await authors(alice);
    return [
      seen.length === 0,
      seen.join() === 'alice you,alice you',
      seen.length === 1 && seen[0] === 'mallory',
    ];
  },

  believe: async (bench) => {
    await bench.apply('believe');
    const alice = await joinAs(bench, 'alice');
    await bench.run('unjoined');
    await expect.poll(bench.printed, PATIENCE).toContain('sent\n');
    await expect.poll(() => authors(alice), PATIENCE).toHaveLength(1);
    const [author] = await authors(alice);
    return [author === undefined, author === 'alice you', author === ''];
  },

  ghost: async (bench) => {
    await bench.apply('ghost');
    const alice = await joinAs(bench, 'alice');
    await bench.run('again');
    await expect.poll(bench.printed, PATIENCE).toContain('"type"');
    const printed = await bench.printed();
    await alice.locator('#log').getByText('carol left.').waitFor();
    const people = await alice.locator('#people li').allInnerTexts();
    expect(people).toContain('carol');
    const isIn = printed.includes('"type":"joined"');
    const carols = printed.split('"carol"').length - 1;
    return [isIn && carols === 2, isIn && carols === 3, printed.includes('"code":"username-taken"')];
  },

  object: async (bench) => {
    await bench.apply('object');
    await bench.run('unusual');
    const readAnswers = async () => (await bench.printed()).match(/"joined"|"username-taken"/g) ?? [];
    await expect.poll(readAnswers, PATIENCE).toHaveLength(3);
    const answers = await readAnswers();
    const accepted = answers.filter((answer) => answer === '"joined"').length;
    return [accepted === 3, accepted === 1 && answers[0] === '"joined"', accepted === 0];
  },
});

/** Joins in the left client. */
async function joinAs(bench: Bench, name: string): Promise<ClientPage> {
  const page = await bench.client('left');
  await page.locator('#username').fill(name);
  // The button waits for the connection. The Enter key does not.
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator('#people .me').waitFor();
  return page;
}

/** Whose words the forged messages are, as a page shows it: 'alice you' where it takes them for its own. */
async function authors(page: ClientPage): Promise<string[]> {
  const heads = page.locator('#log .line').filter({ hasText: FORGED }).locator('.head');
  return (await heads.allInnerTexts()).map((head) => head.replace(/\s*\d.*$/s, '').replace(/\s+/g, ' '));
}
