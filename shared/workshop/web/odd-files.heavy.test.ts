/** The workshop with odd things in the place of its files: each is a sentence, and all else goes on. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { openPage, useWorkshop } from '#shared/testing/workshop.ts';
import { openTestLink, type TestLink } from './link-testing.ts';

const workshop = useWorkshop();
const place = (path: string) => join(workshop.root, path);

async function get(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(workshop.url + path);
  return { status: response.status, text: await response.text() };
}

/** What the check says now: why nothing could be checked, or undefined where it could. */
const problem = async (link: TestLink, fits: (problem: string | undefined) => boolean) => {
  const { verdict } = await link.hears(
    'check',
    (news) => !news.isChecking && news.verdict !== undefined && fits(news.verdict.problem),
  );
  return verdict?.problem;
};
const isWell = (why: string | undefined) => why === undefined;

describe('where the answer is not a file', () => {
  const file = () => place('exercises/01/server.ts');
  const restore = () => {
    rmSync(file(), { recursive: true, force: true });
    copyFileSync(place('solutions/01/starter.ts'), file());
  };

  test.each([
    ['is a folder', () => mkdirSync(file())],
    ['is a link that leads to itself', () => symlinkSync(file(), file())],
    ['is no ordinary file', () => execFileSync('mkfifo', [file()])],
    ['is not there', () => {}],
  ])('because it %s, each part of the page says so, and goes on when it is back', async (what, spoil) => {
    const sentence = `exercises/01/server.ts ${what}`;
    const isMissing = what === 'is not there';
    const link = await openTestLink(workshop.url, 'exercises/01');
    await problem(link, isWell);
    onTestFinished(restore);
    rmSync(file());
    spoil();
    expect(await problem(link, (why) => why?.startsWith(sentence) === true)).toContain('"Start over"');
    expect(await get('/')).toMatchObject({ status: 200 });
    expect(await get('/exercises/01')).toMatchObject({ status: 200 });
    const page = await get('/exercises/01/server.ts');
    expect(page).toMatchObject(isMissing ? { status: 404 } : { text: expect.stringContaining(sentence) });

    link.ask({ type: 'start' });
    // On a busy machine it may still tell how the last start ended.
    await link.hears(
      'server',
      ({ state, sentence: why = '' }) => state === 'crashed' && why.includes(sentence),
    );
    for (const type of ['edit', 'diff'] as const) {
      link.ask({ type });
      expect((await link.hears('note')).text).toContain(sentence);
    }
    link.ask({ type: 'reset' });
    expect((await link.hears('note')).text).toContain(isMissing ? 'The starter is back.' : sentence);

    restore();
    expect(await problem(link, isWell)).toBeUndefined();
    await link.hears('server', ({ state }) => state === 'running');
    link.ask({ type: 'reset' });
    expect((await link.hears('note')).text).toBe('It was the starter already.');
  });

  test('but far too long, its page shows the beginning, and it is not compared', async () => {
    onTestFinished(restore);
    writeFileSync(file(), 'const numbers = [1, "two", 3].map((n) => n);\n'.repeat(120_000));
    const { text } = await get('/exercises/01/server.ts');
    expect(text).toContain('This file has 5400 KB. Here are its first 100 KB.');
    expect(text.length).toBeLessThan(2_000_000);
    const link = await openTestLink(workshop.url, 'exercises/01');
    link.ask({ type: 'diff' });
    expect((await link.hears('note')).text).toContain('too long');
  });
});

describe('where an exercise is not as it was', () => {
  test('its folder moves away and comes back while it is open', async () => {
    const folder = place('exercises/02');
    const link = await openTestLink(workshop.url, 'exercises/02');
    await problem(link, isWell);
    renameSync(folder, `${folder}-away`);
    expect(await problem(link, (why) => why !== undefined)).toContain(
      'The folder exercises/02 is not there.',
    );
    const page = await get('/exercises/02');
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining('The folder exercises/02 is not there.'),
    });
    for (const type of ['reset', 'hint', 'check'] as const) link.ask({ type });
    expect((await link.hears('note')).text).toContain('The folder exercises/02 is not there.');
    renameSync(`${folder}-away`, folder);
    expect(await problem(link, isWell)).toBeUndefined();
  });

  test('its folder is away when it is opened, and comes then', async () => {
    const folder = place('exercises/04');
    renameSync(folder, `${folder}-away`);
    const link = await openTestLink(workshop.url, 'exercises/04');
    const { failure } = await link.hears('check', (news) => news.failure !== undefined);
    expect(failure).toContain('The folder exercises/04 is not there.');
    renameSync(`${folder}-away`, folder);
    expect(await problem(link, isWell)).toBeUndefined();
  });

  test('its text and its hints are missing', async () => {
    for (const name of ['README.md', 'hints.md']) {
      const file = place(`exercises/03/${name}`);
      renameSync(file, `${file}.away`);
      onTestFinished(() => renameSync(`${file}.away`, file));
    }
    const page = await get('/exercises/03');
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining('exercises/03/README.md is not there.'),
    });
    expect(page.text).toContain('id="check"');
    const link = await openTestLink(workshop.url, 'exercises/03');
    const { hints } = await link.hears('check', ({ verdict }) => verdict !== undefined);
    expect(hints?.shown).toEqual([[{ text: 'exercises/03/hints.md is not there.' }]]);
  });

  test('somebody has made folders beside it', async () => {
    const usual = (await (await openTestLink(workshop.url)).hears('progress')).states;
    for (const name of ['98', '7', '99']) {
      mkdirSync(place(`exercises/${name}`));
      onTestFinished(() => rmSync(place(`exercises/${name}`), { recursive: true }));
    }
    writeFileSync(place('exercises/99/README.md'), '# Exercise 99: my own\n');
    expect(await get('/')).toMatchObject({ status: 200 });
    expect((await get('/exercises/01')).text).not.toContain('my own');
    const link = await openTestLink(workshop.url, 'exercises/01');
    expect(await link.hears('progress')).toEqual({ type: 'progress', states: usual });
    expect(await problem(link, isWell)).toBeUndefined();
  });
});

test('what is odd about the progress is on each page, until it is mended', async () => {
  const link = await openTestLink(workshop.url, 'exercises/02');
  await problem(link, isWell);
  const file = place('.progress.json');
  rmSync(file, { force: true });
  mkdirSync(file);
  const trouble = '.progress.json is a folder, where a file should be. Move it away.';
  expect((await link.hears('progress', (news) => news.trouble !== undefined)).trouble).toContain(trouble);
  expect((await get('/lessons/01')).text).toContain(trouble);
  const other = await openTestLink(workshop.url, 'exercises/02');
  expect((await other.hears('progress')).trouble).toContain(trouble);
  other.ask({ type: 'hint' });
  await link.hears('check', ({ hints }) => hints?.shown.length === 1);
  rmSync(file, { recursive: true });
  await link.hears('progress', (news) => news.trouble === undefined);
  other.ask({ type: 'hint' });
  await link.hears('check', ({ hints }) => hints?.shown.length === 2);
  expect(readFileSync(file, 'utf8')).toContain('"hints"');
});

test('where the course itself is gone, pages say so, and come back with it', async () => {
  const folder = place('lessons');
  renameSync(folder, `${folder}-away`);
  try {
    expect(await get('/')).toMatchObject({ status: 500, text: expect.stringContaining('no such file') });
    const link = await openTestLink(workshop.url, 'lessons/01');
    expect((await link.hears('note')).text).toContain('no such file');
  } finally {
    renameSync(`${folder}-away`, folder);
  }
  expect(await get('/')).toMatchObject({ status: 200 });
});

test('a check and a server that cannot be prepared say why, and go on when they can', async () => {
  const link = await openTestLink(workshop.url, 'exercises/01');
  await problem(link, isWell);
  const folder = place('.answers');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file in the place of a folder');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  link.ask({ type: 'check' });
  const { failure, isChecking } = await link.hears('check', (news) => news.failure !== undefined);
  expect(failure).toContain('.answers');
  expect(isChecking).toBe(false);
  link.ask({ type: 'start' });
  expect((await link.hears('server', ({ state }) => state === 'crashed')).sentence).toContain('.answers');
  rmSync(folder);
  link.ask({ type: 'check' });
  expect(
    (await link.hears('check', (news) => news.failure === undefined && !news.isChecking)).verdict,
  ).toBeDefined();
  link.ask({ type: 'start' });
  await link.hears('server', ({ state }) => state === 'running');
});

browserTest('all of it is seen on a page, which goes on when it is mended', async () => {
  const spoiled = [place('.answers'), place('.progress.json'), place('exercises/03/server.ts')];
  const [answersFolder = '', progress = ''] = spoiled;
  for (const path of spoiled) rmSync(path, { recursive: true, force: true });
  writeFileSync(answersFolder, 'a file in the place of a folder');
  mkdirSync(progress);
  const page = await openPage(`${workshop.url}/exercises/03`);
  const sees = (where: string, text: string) => page.locator(where).getByText(text).waitFor();
  await sees('#trouble', '.progress.json is a folder');
  await sees('#problem', 'exercises/03/server.ts is not there.');
  await page.click('#edit');
  await sees('#note', 'exercises/03/server.ts is not there.');
  await page.click('#reset');
  await page.getByRole('button', { name: 'Yes' }).click();
  await sees('#note', 'The starter is back.');
  await sees('#summary', 'The check itself failed.');
  await sees('#problem', '.answers');
  expect(await page.locator('#check').getAttribute('aria-busy')).toBe('false');

  for (const path of [answersFolder, progress]) rmSync(path, { recursive: true });
  await page.click('#again');
  await sees('#summary', ' tests, one after the other.');
  expect(await page.locator('#problem').isVisible()).toBe(false);
  await page.locator('#trouble').waitFor({ state: 'hidden' });
});
