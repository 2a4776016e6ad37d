/** The experiments of lesson 03, and what its text says about them. */
import { expect } from 'vitest';
import type { ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';
import { expectTranscript } from '#shared/testing/transcript.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };

testExperiments('lessons/03', {
  'no-messages': async (bench) => {
    const right = await bench.client('right');
    await greeted(right);
    await bench.run('no-messages');
    await expect.poll(async () => codesIn(await bench.printed()), PATIENCE).toHaveLength(5);
    const codes = codesIn(await bench.printed());
    expect(codes).toEqual(['not-json', ...Array(4).fill('bad-message')]);
    await say(right, 'fence');
    await shown(right, 'fence');
    for (const text of await texts(right)) expect(text).toMatch(/user\(s\) online$|^fence$/);
    const notJson = codes.filter((code) => code === 'not-json').length;
    return [notJson === 5, notJson === 3, notJson === 1];
  },

  believe: async (bench) => {
    await bench.apply('believe');
    const [left, right] = [await bench.client('left'), await bench.client('right')];
    await greeted(left);
    await say(right, 'It works.');
    await shown(left, 'It works.');
    await bench.run('null');
    await bench.crashed();
    await expect.poll(bench.printed, PATIENCE).toContain('closed with 1006\n');
    await closed(left);
    await closed(right);
    const output = await bench.output();
    const ended = output.slice(output.indexOf('TypeError'));
    expectTranscript('lessons/03', 'believe', ended);
    const isEnded = ended.startsWith('TypeError');
    return [codesIn(await bench.printed()).length > 0, isEnded, !isEnded];
  },

  hasty: async (bench) => {
    const [left, right] = [await bench.client('left'), await bench.client('right')];
    await greeted(left);
    await greeted(right);
    await bench.run('hasty');
    for (const page of [left, right]) {
      await expect.poll(() => chats(page), PATIENCE).toEqual(['one', 'two', 'three']);
    }
    await expect.poll(bench.printed, PATIENCE).toContain('closed\n');
    const printed = await bench.printed();
    const seen = await chats(left);
    return [printed === 'closed\n', printed.includes('"chat"'), seen.length === 0];
  },

  impostor: async (bench) => {
    const [left, right] = [await bench.client('left'), await bench.client('right')];
    await bench.run('impostor');
    const names: string[] = [];
    for (const page of [left, right]) {
      await shown(page, 'The server stops in 5 minutes.');
      names.push(...(await page.locator('#log .who').allInnerTexts()));
    }
    await expect.poll(bench.printed, PATIENCE).toContain('"chat"');
    const printed = await bench.printed();
    return [
      names.includes('Anonymous'),
      names.join() === 'System,System',
      codesIn(printed).includes('bad-message'),
    ];
  },
});

/** Waits until a client was told that it is there: then the server tells it of all that comes after. */
async function greeted(page: ClientPage): Promise<void> {
  await page.locator('#log').getByText('Welcome!').last().waitFor();
}

async function say(page: ClientPage, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  // The button waits for the connection. The Enter key does not.
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function shown(page: ClientPage, text: string): Promise<void> {
  await page.locator('#log').getByText(text).waitFor();
}

async function closed(page: ClientPage): Promise<void> {
  await page.locator('#connection', { hasText: 'Closed' }).waitFor();
  await page.locator('#detail', { hasText: '1006' }).waitFor();
}

function texts(page: ClientPage): Promise<string[]> {
  return page.locator('#log .text').allInnerTexts();
}

function chats(page: ClientPage): Promise<string[]> {
  return page.locator('#log :is(.own, .other) .text').allInnerTexts();
}

function codesIn(printed: string): string[] {
  return [...printed.matchAll(/"code":"([a-z-]+)"/g)].map(([, code = '']) => code);
}
