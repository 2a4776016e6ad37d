/** This lesson's server, whole, and copies of it that lack a guard, or more than one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** `find` stands once in the file. */
type Edit = { file: string; find: string; replace: string };

/** What a page says of itself is not looked at any more. */
const NO_ORIGIN: Edit = {
  file: 'guard.ts',
  find: 'return origin === undefined ||',
  replace: 'return true ||',
};
/** The cookie is enough: the browser sends it with the handshake, whoever has asked for that. */
const NO_TICKET: Edit[] = [
  {
    file: 'server.ts',
    find: 'tickets.redeem(readTicket(request))',
    replace: 'sessions.find(readCookie(request))',
  },
  {
    file: 'server.ts',
    find: "from './chat.ts';",
    replace: "from './chat.ts'; import { readCookie } from './cookie.ts';",
  },
];
/** As all cookies were, before browsers knew better. */
const ANY_SITE: Edit = {
  file: 'guard.ts',
  find: 'SameSite=Strict; Path',
  replace: 'SameSite=None; Secure; Path',
};

export const VARIANTS: { name: string; edits: Edit[] }[] = [
  { name: 'whole', edits: [] },
  { name: 'no look at the origin', edits: [NO_ORIGIN] },
  { name: 'no ticket: the cookie is enough', edits: NO_TICKET },
  { name: 'neither of the two', edits: [NO_ORIGIN, ...NO_TICKET] },
  { name: 'neither, and SameSite=None', edits: [NO_ORIGIN, ...NO_TICKET, ANY_SITE] },
];

const FILES = [
  ...['./server.ts', './accounts.ts', './chat.ts', './cookie.ts', './doors.ts', './form.ts', './gather.ts'],
  ...['./guard.ts', './heartbeat.ts', './history.ts', './limits.ts', './outlet.ts', './protocol.ts'],
  ...['./sessions.ts', './store.ts', './tickets.ts'],
];

/** Inside the course, so that the copies find ws, and what is shared. Git ignores it: what has the number of no process is swept away. */
const FOLDER = join(
  createRequire(import.meta.url).resolve('ws/package.json'),
  '../../../.answers',
  `${process.pid}`,
);

export type Victim = { name: string; url: string; end: () => Promise<void> };

/** Makes a copy of the server with these changes, and starts it in a process of its own. Its users are its own, too. */
export async function startVictim({ name, edits }: (typeof VARIANTS)[number]): Promise<Victim> {
  const folder = join(FOLDER, name.replaceAll(/\W/g, '-'));
  await mkdir(folder, { recursive: true });
  for (const file of FILES) {
    let text = await readFile(join(import.meta.dirname, file), 'utf8');
    for (const { find, replace } of edits.filter((edit) => file === `./${edit.file}`)) {
      if (text.split(find).length !== 2) throw new Error(`In ${file} this is not once: ${find}`);
      text = text.replace(find, () => replace);
    }
    await writeFile(join(folder, file), text);
  }
  const child = fork(join(folder, 'server.ts'), {
    env: { ...process.env, PORT: '0', LESSON_DATA: join(folder, 'data') },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error('A server ended before its time.')));
    child.on('message', (news) => {
      if (typeof news === 'object' && news !== null && 'url' in news) resolve(String(news.url));
    });
  });
  return {
    name,
    url,
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
