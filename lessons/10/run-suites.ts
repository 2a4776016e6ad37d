/** Lets vitest judge copies of the chat, each of which may have one edit. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** `find` stands once in the file. */
export type Edit = { file: string; find: string; replace: string };

/** Of one test. `failure`: what it says, where it fails. */
export type Outcome = { title: string; failure?: string };

/** Named with './', as an import is: where this program is copied, its files are found by that, and go with it. */
const CHAT = ['./chat.ts', './clock.ts', './heartbeat.ts', './history.ts', './protocol.ts', './recorder.ts'];

/** Where vitest is: in node_modules/, at the root of the course. */
const VITEST = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));

/** Inside the course, so that the copies find ws, and what is shared. Git ignores it. */
const FOLDER = join(VITEST, '../../.answers', String(process.pid));

/** A test that fails waits most of the time: so there are more workers than this machine has cores. */
const CONFIG = "export default { test: { include: ['*/*.test.ts'], isolate: false, maxWorkers: 5 } };";

/**
 * Runs the suites against each copy.
 *
 * @param copies one for each copy that is to be made: its edit, or undefined for the chat as it is
 * @param suites './chat.test.ts'
 * @param progress hears after each suite how many are done
 * @returns by the copy, by the suite, the outcome of each test
 */
export async function runSuites(
  copies: (Edit | undefined)[],
  suites: string[],
  progress: (done: number, of: number) => void,
): Promise<Outcome[][][]> {
  try {
    for (const [at, edit] of copies.entries())
      await makeCopy(join(FOLDER, String(at)), [...CHAT, ...suites], edit);
    await writeFile(join(FOLDER, 'vitest.config.js'), CONFIG);
    await runVitest((done) => progress(done, copies.length * suites.length));
    const report: unknown = JSON.parse(await readFile(join(FOLDER, 'report.json'), 'utf8'));
    return copies.map((_, at) => suites.map((suite) => outcomesOf(report, join(FOLDER, String(at), suite))));
  } finally {
    await rm(FOLDER, { recursive: true, force: true });
  }
}

async function makeCopy(folder: string, files: string[], edit: Edit | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of files) {
    let text = await readFile(join(import.meta.dirname, name), 'utf8');
    if (edit && name === `./${edit.file}`) {
      if (text.split(edit.find).length !== 2)
        throw new Error(`In ${edit.file} this is not once: ${edit.find}`);
      text = text.replace(edit.find, () => edit.replace);
    }
    await writeFile(join(folder, name), text);
  }
}

/** It prints a line for each suite that is done, and at the end writes a report. */
async function runVitest(progress: (done: number) => void): Promise<void> {
  const reports = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json'];
  const child = spawn(process.execPath, [join(VITEST, 'vitest.mjs'), 'run', '--root', FOLDER, ...reports], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let done = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!/^ \S \d+\/[\w.]+\.test\.ts /.test(line)) continue;
    done += 1;
    progress(done);
  }
}

/** What vitest's report says about the tests of one file. */
function outcomesOf(report: unknown, file: string): Outcome[] {
  const results = isRecord(report) && Array.isArray(report.testResults) ? report.testResults : [];
  const found: unknown = results.find((result) => isRecord(result) && result.name === file);
  const tests = isRecord(found) && Array.isArray(found.assertionResults) ? found.assertionResults : [];
  if (tests.length === 0) throw new Error(`vitest has run no test of ${file}.`);
  return tests.filter(isRecord).map(({ title, status, failureMessages }) => ({
    title: String(title),
    ...(status === 'passed' ? {} : { failure: String(failureMessages) }),
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
