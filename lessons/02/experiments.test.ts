/** Each experiment of lesson 02's text, done as a learner does it: what the text says of it, and its guess. */
import { expect } from 'vitest';
import type { Bench } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 10_000, interval: 20 };

const FOLDER = 'lessons/02';

testExperiments(FOLDER, {
  bytes: async (bench) => {
    const [welcome, answer = ''] = await answersToBytes(bench);
    expect(welcome).toContain('"type":"welcome"');
    const isError = answer.includes('"type":"error","code":"not-text"');
    const isOpen = answer.endsWith('readyState 1');
    return [isError && !isOpen, answer.includes('"type":"echo"'), isError && isOpen];
  },

  'bytes-as-text': async (bench) => {
    await bench.apply('bytes-as-text');
    const [, answer = ''] = await answersToBytes(bench);
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

/** Sends two bytes that are no text. Gives the two messages that come: a line each. */
async function answersToBytes(bench: Bench): Promise<string[]> {
  await bench.run('bytes');
  await expect.poll(async () => lines(await bench.printed()), PATIENCE).toHaveLength(2);
  return lines(await bench.printed());
}

function lines(printed: string): string[] {
  return printed.split('\n').filter((line) => line.startsWith('{'));
}
