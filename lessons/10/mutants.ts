/** Makes ten wrong chats, each by one small edit, and lets two suites judge them: which tests notice which fault? */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Progress, runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';

/** One edit: `find` stands once in its file. */
type Mutant = { name: string; file: string; find: string; replace: string };

const MUTANTS: Mutant[] = [
  {
    name: 'the sender does not hear it',
    file: 'chat.ts',
    find: "broadcast(room, { type: 'chat', seq, ...said })",
    replace: "broadcast(room, { type: 'chat', seq, ...said }, socket)",
  },
  {
    name: 'the same id is said again',
    file: 'chat.ts',
    find: 'if (isNew) broadcast',
    replace: 'broadcast',
  },
  {
    name: 'everyone hears the ack',
    file: 'chat.ts',
    find: "send(socket, { type: 'ack', id, seq, at: room.now() })",
    replace: "broadcast(room, { type: 'ack', id, seq, at: room.now() })",
  },
  {
    name: 'Alice and alice are two',
    file: 'chat.ts',
    find: 'other.toLowerCase() === username.toLowerCase()',
    replace: 'other === username',
  },
  {
    name: 'who left keeps the name',
    file: 'chat.ts',
    find: '      room.usernames.delete(socket);\n',
    replace: '',
  },
  {
    name: 'an old epoch is not noticed',
    file: 'history.ts',
    find: 'theirs !== epoch || ',
    replace: '',
  },
  {
    name: 'a page has one too many',
    file: 'history.ts',
    find: 'seq - before + page)',
    replace: 'seq - before + page + 1)',
  },
  {
    name: 'a silent link gets close()',
    file: 'heartbeat.ts',
    find: 'socket.terminate()',
    replace: 'socket.close()',
  },
  {
    name: 'all pings in one moment',
    file: 'heartbeat.ts',
    find: 'random() * EVERY',
    replace: 'EVERY',
  },
  {
    name: 'a timer runs after the end',
    file: 'heartbeat.ts',
    find: "  socket.on('close', () => clock.clearTimeout(timer));\n",
    replace: '',
  },
];

const SUITES = { weak: 'weak.test.ts', strong: 'chat.test.ts' };
const OTHERS = ['chat.ts', 'clock.ts', 'heartbeat.ts', 'history.ts', 'protocol.ts', 'recorder.ts'];

/** Where the copies stand: inside the course, so that they find ws, and what is shared. Git ignores it. */
const FOLDER = join(process.cwd(), '.answers', String(process.pid));

/** Most of the time a test that fails waits: so there are more workers than the machine has cores. */
const CONFIG = "export default { test: { include: ['*/*.test.ts'], isolate: false, maxWorkers: 5 } };";

/** What vitest writes about a test. */
type Outcome = { title: string; isPassed: boolean };
/** By the copy and the suite: 'wrong-3/chat.test.ts'. */
type Outcomes = Map<string, Outcome[]>;

await runExperiment({ title: 'Which tests notice a wrong chat', seconds: 30 }, async (progress) => {
  try {
    await makeCopies();
    const outcomes = await runTests(progress);
    return report(outcomes);
  } finally {
    await rm(FOLDER, { recursive: true, force: true });
  }
});

/** The right chat, and the wrong ones: a folder each, with both suites in it. */
async function makeCopies(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'vitest.config.js'), CONFIG);
  for (const [index, mutant] of [undefined, ...MUTANTS].entries()) {
    const folder = join(FOLDER, String(index));
    await mkdir(folder);
    for (const file of [...OTHERS, ...Object.values(SUITES)]) {
      let text = await readFile(join(import.meta.dirname, file), 'utf8');
      if (file === mutant?.file) text = edit(text, mutant);
      await writeFile(join(folder, file), text);
    }
  }
}

function edit(text: string, { file, find, replace }: Mutant): string {
  if (text.split(find).length !== 2) throw new Error(`In ${file} this is not once: ${find}`);
  return text.replace(find, () => replace);
}

/** Lets vitest run all suites of all copies. It says a line for each that is done, and at the end writes a report. */
async function runTests(progress: Progress): Promise<Outcomes> {
  const vitest = join(process.cwd(), 'node_modules/vitest/vitest.mjs');
  const reports = ['--reporter=default', '--reporter=json', '--outputFile.json=report.json'];
  const child = spawn(process.execPath, [vitest, 'run', '--root', FOLDER, ...reports], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) console.log(line);
  const report: unknown = JSON.parse(await readFile(join(FOLDER, 'report.json'), 'utf8'));
  console.log(JSON.stringify(report).slice(0, 1000))
  return new Map();
}

function report(o: Outcomes) { return {} as never; }
