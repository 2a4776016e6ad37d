/** Keeps users and sessions in one small file. Larger things need a database: `node:sqlite`, from Node 22 on. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

const StoredUser = v.object({ name: v.string(), isAdmin: v.boolean(), salt: v.string(), hash: v.string() });
export type StoredUser = v.InferOutput<typeof StoredUser>;

/** `id` is the hash of what the browser has: who reads this file can't log in with it. `endsAt`: in ms, as Date.now(). */
const StoredSession = v.object({ id: v.string(), name: v.string(), endsAt: v.number() });
export type StoredSession = v.InferOutput<typeof StoredSession>;

const Contents = v.object({ users: v.array(StoredUser), sessions: v.array(StoredSession) });

export type Store = {
  /** By name, in lower case: `Alice` and `alice` are one user. */
  users: Map<string, StoredUser>;
  /** By id. */
  sessions: Map<string, StoredSession>;
  /** Resolves when all that was changed before is in the file. */
  save: () => Promise<void>;
};

/**
 * Reads what was kept in a folder. Where nothing was, it is empty.
 *
 * @throws where the file is there, and can't be read: then nothing must be written over it
 */
export async function openStore(folder: string): Promise<Store> {
  const file = join(folder, 'users.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"users":[],"sessions":[]}';
    throw error;
  });
  // A file is input, too.
  const kept = v.parse(Contents, JSON.parse(text));
  const users = new Map(kept.users.map((user) => [user.name.toLowerCase(), user]));
  const sessions = new Map(kept.sessions.map((session) => [session.id, session]));
  let last = Promise.resolve();

  /** Whoever pulls the plug in the middle of this finds the old file, or the new one, and never half of one. */
  async function write(): Promise<void> {
    await mkdir(folder, { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    const handle = await open(temporary, 'wx', 0o600); // Nobody else on this machine may read it.
    try {
      await handle.writeFile(
        JSON.stringify({ users: [...users.values()], sessions: [...sessions.values()] }),
      );
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  }

  return {
    users,
    sessions,
    save() {
      // One after the other: else an older text may come last.
      last = last.then(write, write);
      return last;
    },
  };
}
