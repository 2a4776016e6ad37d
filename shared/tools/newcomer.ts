/**
 * `npm run newcomer`: goes the first steps of a newcomer, by the README's own words, in a fresh clone and a real browser,
 * and says how long each took. It takes what is committed. It ends with 1 where a step fails.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Page } from 'playwright-core';
import { launchBrowser } from '#shared/check/browser.ts';
import type { Part } from '#shared/check/exercise.ts';
import { lessonNumbers, loadExercises } from '#shared/course/course.ts';
import { ROOT } from '#shared/course/root.ts';

/** Milliseconds: no step takes this long on any machine. */
const PATIENCE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'newcomer '));
const clone = join(folder, 'echo-websockets');
const ends: (() => Promise<void> | void)[] = [
  () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
];

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const end of ends.reverse()) await end();
}

async function main(): Promise<void> {
  await step('git clone', () => execFileSync('git', ['clone', '--quiet', ROOT, clone]));
  await step('npm ci', () => ended(npm(['ci'])));
  const browser = await launchBrowser();
  ends.push(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);

  const [first, second] = await loadExercises<Part>();
  if (!first || !second) throw new Error('There are no exercises.');
  const all = first.parts.flatMap(({ tests }) => tests).length;
  const [file = ''] = first.parts.map((part) => part.file);

  let course = await openCourse(page, 'npm start, until the first lesson answers');
  await course.close();
  course = await openCourse(page, 'the same once more, warm');

  await step('what is to come in the first exercise', async () => {
    await page.locator('#menu').click();
    await page.locator(`#outline a[href="/${first.folder}"]`).click();
    await page.locator('#summary').getByText(`${all} tests, one after the other.`).waitFor();
  });
  await step('the first green, from the save on', async () => {
    copyFileSync(join(clone, first.solution, file), join(clone, first.folder, file));
    await page.locator('#summary').getByText(`Solved: all ${all} tests pass.`).waitFor();
  });
  await step('npm run check, in a pipe: the first exercise is green, the second is red', async () => {
    const printed = await ended(npm(['run', 'check']), 1);
    const isRight = printed.includes(`✓ Exercise ${first.number}`);
    if (!isRight || !printed.includes(`Exercise ${second.number}: ${second.title}`)) throw new Error(printed);
  });
  await step('npm run list', async () => {
    const printed = await ended(npm(['run', 'list']));
    if (!new RegExp(`✓ ${first.number}  ${first.title} +solved`).test(printed)) throw new Error(printed);
  });
  await step('Ctrl-C', course.close);
  const left = execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' });
  if (left.trim() !== `M ${first.folder}/${file}`) throw new Error(`Git sees more than the answer:\n${left}`);
}

/** Starts the course, and talks to the first lesson's server in the browser. */
async function openCourse(page: Page, title: string): Promise<{ close: () => Promise<void> }> {
  const child = npm(['start']);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async () => {
    interrupt(child);
    await exited;
  };
  ends.push(close);
  await step(title, async () => {
    const url = await printed(child, /The course is open: (\S+)/);
    await page.goto(`${url}/lessons/${lessonNumbers()[0]}`);
    const left = page.frameLocator('#stage').frameLocator('iframe[name="left"]');
    await left.locator('#field').fill('Hello!');
    await left.locator('[data-connection="open"]').waitFor();
    await left.locator('#field').press('Enter');
    await left.locator('#log').getByText('Hello!').nth(1).waitFor();
  });
  return { close };
}

/** Does one step of the way, and says how long it took. */
async function step(title: string, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`${((performance.now() - start) / 1000).toFixed(2).padStart(7)} s  ${title}`);
}

/** Runs npm in the clone, the same npm that runs this. Its process leads a group, as a terminal's command does. */
function npm(args: string[]): ChildProcess {
  const { npm_execpath: cli, CI: _, PORT: __, ...env } = process.env;
  if (cli === undefined) throw new Error('Run this with npm run newcomer.');
  return spawn(process.execPath, [cli, ...args], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
}

function interrupt({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGINT');
  } catch {
    // It has ended already.
  }
}

/** What a process printed until a text came, as the first group of it. */
function printed(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const giveUp = setTimeout(() => reject(new Error(`It did not print ${wanted}: ${text}`)), PATIENCE);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        const [, found] = wanted.exec(text) ?? [];
        if (found === undefined) return;
        clearTimeout(giveUp);
        resolve(found);
      });
    }
    child.once('close', () => reject(new Error(`It ended: ${text}`)));
  });
}

/** All that a process printed, once it has ended as it should. */
function ended(child: ChildProcess, code = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
    }
    child.once('close', (found) => {
      if (found === code) resolve(text);
      else reject(new Error(`It ended with ${found}: ${text}`));
    });
  });
}
