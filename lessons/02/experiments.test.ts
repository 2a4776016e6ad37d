/** Each experiment of lesson 02's text, done as a learner does it: what the text says of it, and its guess. */
import { expect } from 'vitest';
import type { Bench } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 10_000, interval: 20 };

const FOLDER = 'lessons/02';

testExperiments(FOLDER, {
  bytes: async (bench) => {
    const [answer = '', after = ''] = await answersToBytes(bench);
    const isError = answer.includes('"type":"error","code":"not-text"');
    const isOpen = after.includes('"type":"echo","message":"still here"');
    return [isError && !isOpen, answer.includes('"type":"echo"'), isError && isOpen];
  },

  'bytes-as-text': async (bench) => {
    await bench.apply('bytes-as-text');
    const [answer = ''] = await answersToBytes(bench);
    const echo = /"type":"echo","message":"(.*?)"/.exec(answer)?.[1];
    return [echo === '\ufffd\ufffd', echo === '\u00ff\u00fe', echo === undefined];
  },

  'clock-at-connect': async (bench) => {
    await bench.apply('clock-at-connect');
    await bench.run('two-times');
    await expect.poll(bench.printed, PATIENCE).toMatch(/Z \d.*Z\n/);
    const [first, second] = (await bench.printed()).trim().split(' ').map(Date.parse);
    const between = Number(second) - Number(first);

    // Without the change the times are apart.
    await bench.undo();
    await bench.run('two-times');
    await expect.poll(bench.printed, PATIENCE).toMatch(/Z\n[\s\S]*Z \d.*Z\n/);
    const [, right = ''] = (await bench.printed()).trim().split('\n');
    const [before, after] = right.split(' ').map(Date.parse);
    expect(Number(after) - Number(before)).toBeGreaterThan(500);
    return [between > 500, between === 0, Number.isNaN(between)];
  },

  'typing-error': async (bench) => {
    const left = await bench.client('left');
    await bench.apply('typing-error');
    await bench.run('hello');
    await expect.poll(bench.printed, PATIENCE).toMatch(/^e\w+\n/m);
    const printed = await bench.printed();
    await left.getByLabel('Message', { exact: true }).fill('hello');
    await left.getByRole('button', { name: 'Send', exact: true }).click();
    const words = 'The server sent something that this page does not know.';
    await left.locator('#log .line.error', { hasText: words }).first().waitFor();
    return [printed === '', /^ehco$/m.test(printed), /^echo$/m.test(printed)];
  },
});

/** Sends two bytes that are no text, and a text. Gives what comes after the welcome: a line for each. */
async function answersToBytes(bench: Bench): Promise<string[]> {
  await bench.run('bytes');
  const lines = async () => (await bench.printed()).split('\n').filter((line) => /^(\{|closed)/.test(line));
  await expect.poll(lines, PATIENCE).toHaveLength(3);
  const [welcome, ...answers] = await lines();
  expect(welcome).toContain('"type":"welcome"');
  return answers;
}
