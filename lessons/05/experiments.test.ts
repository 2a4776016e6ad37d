/** Each experiment of lesson 05's text, done as a learner does it: what the text says of it, and its guess. */
import { expect } from 'vitest';
import { type Bench, testExperiments } from '#shared/testing/experiments.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 10_000, interval: 20 };

testExperiments('lessons/05', {
  everyone: async (bench) => {
    await bench.apply('everyone');
    await bench.run('eve');
    await expect.poll(() => printedIn(bench, /"joined"/), PATIENCE).toHaveLength(1);
    await bench.run('note');
    await expect.poll(() => printedIn(bench, /"private"/), PATIENCE).toHaveLength(2);
    // Ann has one of the two. Eve has heard of ann before: the other copy is hers, if it is the same text.
    expect(await printedIn(bench, /ann joined/)).toHaveLength(1);
    const [first, second] = await printedIn(bench, /"private"/);
    const isWhole = first === second && `${first}`.includes('my PIN is 1234');
    return [false, !isWhole, isWhole];
  },

  wait: async (bench) => {
    await bench.apply('wait');
    await bench.run('swap');
    await expect.poll(() => printedIn(bench, / gets .*"my PIN is 1234"/), PATIENCE).toHaveLength(2);
    const readers = (await printedIn(bench, / gets /)).map((line) => line.split(' ')[0]);
    const isAnnAlone = readers.every((reader) => reader === 'ann');
    return [isAnnAlone && readers.length > 0, readers.includes('cat'), readers.length === 0];
  },

  overtake: async (bench) => {
    await bench.apply('overtake');
    await bench.run('hasty');
    await expect.poll(() => printedIn(bench, /"chat"/), PATIENCE).toHaveLength(2);
    const order = (await printedIn(bench, /"chat"/)).map((line) => JSON.parse(line).message).join();
    return [order === '10,200', order === '200,10'];
  },

  gone: async (bench) => {
    await bench.run('gone');
    await expect.poll(() => printedIn(bench, /ben has left/), PATIENCE).toHaveLength(1);
    await expect.poll(() => printedIn(bench, /ann gets/), PATIENCE).toHaveLength(1);
    expect(await printedIn(bench, /ben gets/)).toEqual([]);
    const [told = ''] = await printedIn(bench, /ann gets/);
    const isHerOwn = told.includes('"type":"private"') && told.includes('"Are you there?"');
    return [told !== '' && !isHerOwn, isHerOwn, told === ''];
  },
});

/** The lines that js blocks printed so far and that match. */
async function printedIn(bench: Bench, wanted: RegExp): Promise<string[]> {
  return (await bench.printed()).split('\n').filter((line) => wanted.test(line));
}
