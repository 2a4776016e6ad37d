/** The experiments of lesson 08, and what its text says about them. */
import { expect } from 'vitest';
import type { Bench } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** In ms. Far more than anything here needs. */
const PATIENCE = { timeout: 30_000, interval: 20 };

testExperiments('lessons/08', {
  storm: async (bench) => {
    const { lost, twice, story } = await storm(bench, 'storm');
    expect(story).toEqual([]);
    return [lost > 0, lost === 0 && twice > 0, lost === 0 && twice === 0];
  },

  'no-ids': async (bench) => {
    await bench.apply('no-ids');
    const { lost, twice, story } = await storm(bench, 'storm-no-ids');
    // It arrived, its link was cut, and it was sent again, under the same id.
    const [, id = ''] = /^alice {2}── (\{"type":"chat","id":"[\da-f]{4}…")/.exec(story[0] ?? '') ?? [];
    expect(id, story[0]).not.toBe('');
    expect(story.filter((line) => line.includes(id)).length).toBeGreaterThan(1);
    expect(story).toContainEqual(expect.stringMatching(/^alice +· {2}the cable is cut$/));
    expect(story.at(-1)).toMatch(/^bob +· {2}sees \d+ twice$/);
    return [lost > 0, lost === 0 && twice > 0, lost === 0 && twice === 0];
  },

  'no-acks': async (bench) => {
    await bench.apply('no-acks');
    const { lost, twice, story } = await storm(bench, 'storm-no-acks');
    expect(story.filter((line) => line.includes('"type":"ack"'))).toEqual([]);
    expect(story).toContainEqual(expect.stringMatching(/^alice +· {2}the cable is cut$/));
    expect(story.at(-1)).toMatch(/^bob +· {2}never sees \d+$/);
    return [lost === 0 && twice === 0, lost > 0 && twice === 0, twice > 0];
  },

  'last-heard': async (bench) => {
    await bench.apply('last-heard');
    const { lost, twice, story } = await storm(bench, 'storm-last-heard');
    const numbers = [...story.join('\n').matchAll(/"type":"since","seq":(\d+)/g)].map(([, seq]) =>
      Number(seq),
    );
    const [, live] = /"type":"chat","seq":(\d+)/.exec(story.join('\n')) ?? [];
    // He asks from the live one on, which came before the answer.
    expect(numbers.at(-1)).toBe(Number(live));
    expect(numbers.at(-1)).toBeGreaterThan(numbers.at(-2) ?? 0);
    expect(story.at(-1)).toMatch(/^bob +· {2}never sees \d+$/);
    return [lost === 0 && twice === 0, lost > 0 && twice === 0, twice > 0];
  },

  restart: async (bench) => {
    const left = await bench.client('left');
    await left.locator('#username').fill('ann');
    await left.getByRole('button', { name: 'Join', exact: true }).click();
    await left.locator('#log').getByText('You are ann.').waitFor();
    const own = left.locator('#log .line.own');
    const say = async (text: string) => {
      await left.locator('#field').fill(text);
      await left.locator('#send').click();
      await own.getByText(text, { exact: true }).waitFor();
    };
    for (const text of ['one', 'two']) await say(text);
    expect(await own.locator('.note').allTextContents()).toEqual(['#1', '#2']);
    await bench.apply('restart');
    // She has her name again, and after that the answer to her question.
    const alarm = left.locator('#log .line.error').getByText('The server has restarted');
    await expect.poll(() => alarm.count(), PATIENCE).toBe(1);
    const isEmpty = (await own.count()) === 0;
    await say('three');
    const note = await own.last().locator('.note').textContent();
    return [note === '#3', isEmpty && note === '#1', !isEmpty && note !== '#3'];
  },
});

/** Runs the program. `story` is what it tells below the numbers. */
async function storm(bench: Bench, name: string) {
  const printed = await bench.program(name);
  const [, sent, lost, twice, cuts, rest = ''] =
    /([\d,]+) sent, ([\d,]+) lost, ([\d,]+) twice, (\d+) cuts\n([\s\S]*)/.exec(printed) ?? [];
  expect(sent, printed).toBe('1,000');
  expect(Number(cuts)).toBeGreaterThan(10);
  return { lost: Number(lost), twice: Number(twice), story: rest.trim().split('\n').filter(Boolean) };
}
