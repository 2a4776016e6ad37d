/** This lesson's server, whole, and copies of it that lack one guard each. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A guard that is taken away: `find` stands once in the file. */
type Variant = { name: string; edit?: { file: string; find: string; replace: string } };

export const VARIANTS: Variant[] = [
  { name: 'whole' },
  { name: 'any size', edit: { file: 'server.ts', find: '16 * 1024', replace: '0' } },
  {
    name: 'any pace',
    edit: { file: 'server.ts', find: '!mayAsk(received.type)', replace: 'false' },
  },
  { name: 'any errors', edit: { file: 'server.ts', find: 'if (mayErr())', replace: 'if (true)' } },
  {
    name: 'any joins',
    edit: { file: 'limits.ts', find: " && (type !== 'join' || address.joins())", replace: '' },
  },
  {
    name: 'any guests',
    edit: { file: 'limits.ts', find: 'address.count >= most || ', replace: '' },
  },
  {
    name: 'any log',
    edit: { file: 'limits.ts', find: 'if (!bucket()) {', replace: 'if (false) {' },
  },
];

const FILES = ['./server.ts', './chat.ts', './heartbeat.ts', './history.ts', './limits.ts', './protocol.ts'];

/** Inside the course, so that the copies find ws, and what is shared. Git ignores it. */
const FOLDER = join(
  createRequire(import.meta.url).resolve('ws/package.json'),
  '../../../.answers',
  `${process.pid}`,
);

export type Victim = {
  name: string;
  url: string;
  /** How much memory its process had at each look, in bytes. */
  memory: number[];
  output: () => string;
  end: () => Promise<void>;
};

/** Makes a copy of the server without one guard, and starts it in a process of its own. */
export async function startVictim({ name, edit }: Variant): Promise<Victim> {
  const folder = join(FOLDER, name.replaceAll(' ', '-'));
  await mkdir(folder, { recursive: true });
  for (const file of FILES) {
    let text = await readFile(join(import.meta.dirname, file), 'utf8');
    if (edit && file === `./${edit.file}`) {
      if (text.split(edit.find).length !== 2) throw new Error(`In ${file} this is not once: ${edit.find}`);
      text = text.replace(edit.find, () => edit.replace);
    }
    await writeFile(join(folder, file), text);
  }
  const meter = pathToFileURL(fileURLToPath(new URL('./assault-meter.ts', import.meta.url))).href;
  const child = fork(join(folder, 'server.ts'), {
    env: { ...process.env, PORT: '0' },
    execArgv: ['--import', 'tsx', '--import', meter],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const memory: number[] = [];
  let printed = '';
  child.stdout?.on('data', (data) => {
    printed += data;
  });
  const url = await addressOf(child, memory);
  return {
    name,
    url: url.replace('http', 'ws'),
    memory,
    output: () => printed,
    async end() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The servers have ended: their copies go, too. */
export async function removeCopies(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
}

/** Where it listens. From then on is written down how much memory it has. */
function addressOf(child: ChildProcess, memory: number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('A server ended before its time.')));
    child.on('message', (news) => {
      if (typeof news !== 'object' || news === null) return;
      if ('rss' in news) memory.push(Number(news.rss));
      if ('url' in news) resolve(String(news.url));
    });
  });
}
