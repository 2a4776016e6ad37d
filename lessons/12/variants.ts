/** This lesson's server in processes of their own: whole, and with some lines changed. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is changed: `find` stands once in the file. */
export type Edit = { file: string; find: string; replace: string };
export type Variant = { name: string; edits?: Edit[] };

const FILES = [
  './server.ts',
  './chat.ts',
  './gather.ts',
  './heartbeat.ts',
  './history.ts',
  './limits.ts',
  './outlet.ts',
  './protocol.ts',
];

/** Inside the course, so that the copies find ws, and what is shared. Git ignores it. */
const FOLDER = join(
  createRequire(import.meta.url).resolve('ws/package.json'),
  '../../../.answers',
  `${process.pid}`,
);

/** In bytes; and microseconds of the processor since it began. */
export type Used = { held: number; cpu: number };

export type Running = {
  name: string;
  port: number;
  /** What its process uses, at the next look. */
  nextUsed: () => Promise<Used>;
  end: () => Promise<void>;
};

/**
 * Makes a copy of the server, changes it, and starts it.
 *
 * @param how collects: whether its garbage is collected before each look. That takes time of the processor
 */
export async function startVariant(
  { name, edits = [] }: Variant,
  { collects = false } = {},
): Promise<Running> {
  const folder = join(FOLDER, name.replaceAll(/\W+/g, '-'));
  await mkdir(folder, { recursive: true });
  for (const file of FILES) {
    // In a program that was bundled, this file stands elsewhere, and so do those beside it.
    let text = await readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
    for (const edit of edits.filter((one) => `./${one.file}` === file)) {
      if (text.split(edit.find).length !== 2) throw new Error(`In ${file} this is not once: ${edit.find}`);
      text = text.replace(edit.find, () => edit.replace);
    }
    await writeFile(join(folder, file), text);
  }
  const child = fork(join(folder, 'server.ts'), {
    env: { ...process.env, PORT: '0' },
    execArgv: [
      ...(collects ? ['--expose-gc'] : []),
      '--import',
      'tsx',
      '--import',
      new URL('./meter.ts', import.meta.url).href,
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  child.on('message', () => {}); // Else Node keeps what nobody hears, and the next look would be an old one.
  const port = await portOf(child);
  return {
    name,
    port,
    nextUsed: () => {
      const lost = gone.then(() => Promise.reject(new Error('A server ended before its time.')));
      return Promise.race([next(child, readUsed), lost]);
    },
    async end() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The servers have ended: their copies go, too. */
export async function removeCopies(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
}

function portOf(child: ChildProcess): Promise<number> {
  const lost = once(child, 'exit').then(() => Promise.reject(new Error('A server did not start.')));
  const told = next(child, (news) =>
    typeof news === 'object' && news !== null && 'url' in news
      ? Number(new URL(`${news.url}`).port)
      : undefined,
  );
  return Promise.race([told, lost]);
}

function readUsed(news: unknown): Used | undefined {
  if (typeof news !== 'object' || news === null || !('held' in news) || !('cpu' in news)) return undefined;
  return { held: Number(news.held), cpu: Number(news.cpu) };
}

/** The first message that can be read. */
function next<T>(child: ChildProcess, read: (news: unknown) => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    child.on('message', function hear(news) {
      const value = read(news);
      if (value === undefined) return;
      child.off('message', hear);
      resolve(value);
    });
  });
}
