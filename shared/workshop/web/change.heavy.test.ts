/** Changes of a lesson's server, as pages ask for them: by name, on a copy, and nothing else. */
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { rawConnect } from '#shared/check/raw-client.ts';
import { eventually } from '#shared/testing/page-testing.ts';
import { answers, useWorkshop } from '#shared/testing/workshop.ts';
import { writeExperiments } from './experiments-testing.ts';
import { openTestLink, type TestLink } from './link-testing.ts';

const workshop = useWorkshop();
const FOLDER = 'lessons/01';

beforeAll(() => {
  writeExperiments(workshop.root, FOLDER);
});

test('a change runs on a copy, at the same address, and undo brings the original back', async () => {
  const before = filesOf(FOLDER);
  const { link, url } = await start();
  link.ask({ type: 'apply', name: 'no-listener' });
  const changed = await link.hears('server', isRunning);
  expect(changed).toMatchObject({ url, change: 'no-listener' });
  await sendUnmasked(url);
  const crash = await link.hears('server', ({ state }) => state === 'crashed');
  expect(crash.change).toBe('no-listener');
  expect(crash.sentence).toMatch(/\(lessons\/01\/server\.ts/);
  link.ask({ type: 'restart' });
  expect(await link.hears('server', isRunning)).toMatchObject({ url, change: 'no-listener' });
  link.ask({ type: 'undo' });
  const back = await link.hears('server', isRunning);
  expect(back).toEqual({ ...changed, change: undefined });
  await sendUnmasked(url);
  await link.hears('log', ({ lines }) => lines.some(({ text }) => text.includes('broke the protocol')));
  expect(await answers(url)).toBe(200);
  expect(filesOf(FOLDER)).toEqual(before);
});

test('what no text of the lesson calls a change is a note to whoever asked, and changes nothing', async () => {
  const before = filesOf(FOLDER);
  const { link, url } = await start();
  const other = await openTestLink(workshop.url, FOLDER);
  const [, ofAnother = ''] = /```diff \S+ (\S+)/.exec(readText('lessons/03/README.md')) ?? [];
  expect(ofAnother).not.toBe('');
  const forged = [
    ofAnother,
    'two-lines',
    'unmasked',
    'server.ts',
    '',
    '__proto__',
    '../03/README.md#believe',
  ];
  for (const name of forged) {
    link.ask({ type: 'apply', name });
    expect((await link.hears('note')).text).toBe('The text here has no change of this name.');
  }
  for (const wish of [
    { type: 'apply' },
    { type: 'apply', name: 5 },
    { type: 'apply', name: ['no-listener'] },
    { type: 'send', hex: '81026869' },
    { type: 'run', text: 'alert(1)' },
  ]) {
    link.socket.send(JSON.stringify(wish));
    expect((await link.hears('note')).text).toContain('did not understand');
  }
  // A text of its own is not looked at.
  const text = {
    lines: ['+throw new Error("mine")'],
    edits: [{ file: 'server.ts', find: '', replace: 'mine' }],
  };
  link.socket.send(JSON.stringify({ type: 'apply', name: 'mine', folder: 'lessons/03', ...text }));
  expect((await link.hears('note')).text).toContain('no change of this name');
  // The first note that the other page hears is its own.
  other.socket.send('nonsense');
  expect((await other.hears('note')).text).toContain('did not understand');
  other.ask({ type: 'look', folder: FOLDER });
  expect(await other.hears('server')).toMatchObject({ state: 'running', url });
  expect(await answers(url)).toBe(200);
  expect(filesOf(FOLDER)).toEqual(before);
});

test('an exercise has no changes: what runs there is the learner’s own', async () => {
  const link = await openTestLink(workshop.url, 'exercises/01');
  link.ask({ type: 'apply', name: 'no-listener' });
  expect((await link.hears('note')).text).toContain('no change of this name');
});

test('two pages of a lesson hear of the same change, and of its end', async () => {
  const { link } = await start();
  const other = await openTestLink(workshop.url, FOLDER);
  link.ask({ type: 'apply', name: 'no-listener' });
  expect((await other.hears('server', isRunningAs('no-listener'))).change).toBe('no-listener');
  // Whoever comes later sees it, too.
  const late = await openTestLink(workshop.url, FOLDER);
  expect((await late.hears('server')).change).toBe('no-listener');
  other.ask({ type: 'undo' });
  for (const page of [link, other, late]) await page.hears('server', isRunningAs(undefined));
  // Nothing is left to take back.
  late.ask({ type: 'undo' });
  late.ask({ type: 'look', folder: FOLDER });
  expect((await late.hears('server')).state).toBe('running');
});

test('a save, a stop, and leaving the page go back to the original', async () => {
  const { link, url } = await start();
  const apply = async () => {
    link.ask({ type: 'apply', name: 'no-listener' });
    await link.hears('server', isRunningAs('no-listener'));
    expect(copies()).toHaveLength(1);
  };
  await apply();
  const file = join(workshop.root, FOLDER, 'server.ts');
  const own = readFileSync(file, 'utf8');
  onTestFinished(() => writeFileSync(file, own));
  writeFileSync(file, `${own}\nconsole.log('It is mine.');\n`);
  await link.hears('log', ({ lines }) => lines.some(({ text }) => text === 'It is mine.'));
  link.ask({ type: 'look', folder: FOLDER });
  expect(await link.hears('server')).not.toHaveProperty('change');
  // The copy is one of the file as it is: what a learner wrote stays in it.
  await apply();
  await link.hears('log', ({ lines }) => lines.some(({ text }) => text === 'It is mine.'));
  link.ask({ type: 'stop' });
  expect(await link.hears('server', ({ state }) => state === 'stopped')).not.toHaveProperty('change');
  expect(copies()).toEqual([]);
  await apply();
  link.ask({ type: 'look', folder: 'lessons/02' });
  await eventually(() => answers(url)).toBe(0);
  await eventually(copies).toEqual([]);
  link.ask({ type: 'look', folder: FOLDER });
  await link.hears('server', ({ state, change }) => state === 'stopped' && change === undefined);
});

test('a change that does not fit an edited file is a sentence, and what runs goes on', async () => {
  const file = join(workshop.root, FOLDER, 'server.ts');
  const own = readFileSync(file, 'utf8');
  onTestFinished(() => writeFileSync(file, own));
  const mine = own.replace(/socket\.on\('error'.*/, "socket.on('error', () => {});");
  writeFileSync(file, mine);
  const { link, url } = await start();
  link.ask({ type: 'apply', name: 'no-listener' });
  const { text } = await link.hears('note');
  expect(text).toContain('This change does not fit lessons/01/server.ts');
  expect(await answers(url)).toBe(200);
  expect(readFileSync(file, 'utf8')).toBe(mine);
  expect(copies()).toEqual([]);
});

/** Lets the lesson run for one test, without a change. */
async function start(): Promise<{ link: TestLink; url: string }> {
  const link = await openTestLink(workshop.url, FOLDER);
  onTestFinished(async () => {
    // Whoever comes next finds nothing.
    link.ask({ type: 'look', folder: FOLDER });
    link.ask({ type: 'stop' });
    await link.hears('server', ({ state }) => state === 'stopped');
  });
  link.ask({ type: 'start' });
  const { url = '' } = await link.hears('server', isRunning);
  return { link, url };
}

function isRunning({ state }: { state: string }): boolean {
  return state === 'running';
}

function isRunningAs(change: string | undefined) {
  return (news: { state: string; change?: string }) => isRunning(news) && news.change === change;
}

async function sendUnmasked(url: string): Promise<void> {
  const witness = new WebSocket(url);
  onTestFinished(() => witness.terminate());
  await once(witness, 'open');
  const { socket } = await rawConnect(url.replace('http', 'ws'));
  socket.write(Buffer.from('81026869', 'hex'));
  socket.resume();
}

function readText(path: string): string {
  return readFileSync(join(workshop.root, path), 'utf8');
}

/** All files of a folder, with their bytes. */
function filesOf(folder: string): [string, string][] {
  return readdirSync(join(workshop.root, folder)).map((name) => [
    name,
    readFileSync(join(workshop.root, folder, name)).toString('hex'),
  ]);
}

/** The copies of servers that there are. */
function copies(): string[] {
  return readdirSync(join(workshop.root, '.answers'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('server.ts'),
  );
}
