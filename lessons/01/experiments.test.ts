/** Each experiment of lesson 01's text, done as a learner does it: what the text says of it, and its guess. */
import { expect } from 'vitest';
import type { ClientPage } from '#shared/testing/bench.ts';
import { testExperiments } from '#shared/testing/experiments.ts';
import { expectTranscript } from '#shared/testing/transcript.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 10_000, interval: 20 };

const FOLDER = 'lessons/01';

testExperiments(FOLDER, {
  'too-much': async (bench) => {
    const left = await bench.client('left');
    await bench.run('too-much');
    await expect.poll(bench.printed, PATIENCE).not.toBe('');
    const printed = await bench.printed();
    await expect
      .poll(bench.output, PATIENCE)
      .toContain('A client broke the protocol: Max payload size exceeded');
    // After a broken frame ws throws the goodbye away: the server notes 1006.
    await expect.poll(bench.output, PATIENCE).toContain("A client left: code 1006, reason ''.");
    const isServed = await isAnswered(left, 'still here');
    return [!printed.includes('closed'), printed === 'closed with 1009\n' && isServed, !isServed];
  },

  'no-error-listener': async (bench) => {
    const clients = [await bench.client('left'), await bench.client('right')];
    await bench.apply('no-error-listener');
    for (const client of clients) expect(await isAnswered(client, 'hello')).toBe(true);
    await bench.send('no-mask');
    await bench.crashed();
    await expect.poll(bench.output, PATIENCE).toContain('MASK must be set');
    expectTranscript(FOLDER, 'no-error-listener', await bench.output());
    for (const client of clients) await client.locator('html[data-connection="closed"]').waitFor();
    const isLost = clients.map((client) => client.locator('#detail', { hasText: 'Code 1006.' }).count());
    const lost = (await Promise.all(isLost)).filter((count) => count === 1).length;
    return [lost === 0, lost === clients.length, false]; // Nobody: then it would not have crashed.
  },

  'too-early': async (bench) => {
    await bench.run('too-early');
    await expect.poll(bench.printed, PATIENCE).not.toBe('');
    const early = await bench.printed();
    await bench.run('too-late');
    await expect.poll(bench.printed, PATIENCE).toContain('readyState 2 bufferedAmount 8\n');
    const late = (await bench.printed()).slice(early.length);
    const [isEarly, isLate] = [early, late].map((text) => text.includes('Uncaught InvalidStateError'));
    await expect.poll(bench.output, PATIENCE).toContain('A client left: code 1005');
    return [isEarly && !isLate, isLate && !isEarly, isEarly && isLate].map(Boolean);
  },

  'loose-policy': async (bench) => {
    const left = await bench.client('left');
    const said = consoleOf(left);
    await bench.apply('loose-policy');
    await bench.run('other-site');
    await expect.poll(bench.printed, PATIENCE).toMatch(/^(opened|closed)/m);
    // Whichever of the two refused, the browser says so beside it.
    await expect.poll(said, PATIENCE).toMatch(/Unexpected response code|Content Security Policy/);
    const printed = await bench.printed();
    const isRefused = printed.includes('closed with 1006\n') && !printed.includes('opened');
    const wasAsked = said().includes('Unexpected response code: 403');
    return [printed.includes('opened'), isRefused && !wasAsked, isRefused && wasAsked];
  },
});

/** Writes something in a client, and waits for its echo. */
async function isAnswered(client: ClientPage, text: string): Promise<boolean> {
  await client.getByLabel('Message', { exact: true }).fill(text);
  await client.getByRole('button', { name: 'Send', exact: true }).click();
  await client.locator('#log .line.other', { hasText: `Echo: ${text}` }).waitFor();
  return true;
}

/** Listens to all that a client's browser reports. The page itself does not get to know what a server answered. */
function consoleOf(client: ClientPage): () => string {
  let said = '';
  client
    .locator('html')
    .page()
    .on('console', (message) => {
      said += `${message.text()}\n`;
    });
  return () => said;
}
