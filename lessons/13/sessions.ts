/** Who has logged in, until they log out, or time is over. */
import { createHash, randomBytes } from 'node:crypto';
import type { Store, StoredSession } from './store.ts';

/** In ms. Ten minutes, so that you see one end. A bank takes that, too. Others take hours, or weeks. */
export const SESSION_LIFE = 10 * 60_000;

export type Session = Readonly<StoredSession>;

/** What the browser has is random, and long: nobody can guess it. So a quick hash is enough here, without a salt. */
const idOf = (token: string) => createHash('sha256').update(token).digest('hex');

/**
 * The sessions of a store: they survive a restart of the server.
 *
 * @param options now: in ms, on a clock that goes on while the server does not run
 */
export function createSessions(
  { sessions, save }: Pick<Store, 'sessions' | 'save'>,
  { life = SESSION_LIFE, now = Date.now } = {},
) {
  /** What is to be done when a session ends. */
  const listeners = new Map<string, Set<() => void>>();

  function drop(id: string): void {
    sessions.delete(id);
    const works = listeners.get(id) ?? [];
    listeners.delete(id);
    for (const work of works) work();
  }

  function dropOld(): void {
    for (const { id, endsAt } of sessions.values()) if (endsAt <= now()) drop(id);
  }

  /** A session that somebody holds in their hands may have ended meanwhile. */
  const isAlive = ({ id, endsAt }: Session) => sessions.has(id) && now() < endsAt;

  return {
    isAlive,

    /** Begins a session. Gives its token, for the browser alone: here only its hash is kept. */
    async begin(name: string): Promise<string> {
      dropOld();
      const token = randomBytes(32).toString('base64url');
      const id = idOf(token);
      sessions.set(id, { id, name, endsAt: now() + life });
      await save();
      return token;
    },

    /** Gives the session of a token, as long as there is one. */
    find(token: string | undefined): Session | undefined {
      const session = token === undefined ? undefined : sessions.get(idOf(token));
      return session && isAlive(session) ? session : undefined;
    },

    /** Somebody logs out. */
    async end({ id }: Session): Promise<void> {
      drop(id);
      await save();
    },

    /** Does something when a session ends, once. Gives what stops that. */
    whenEnded({ id, endsAt }: Session, work: () => void): () => void {
      const works = listeners.get(id) ?? new Set();
      listeners.set(id, works.add(work));
      const timer = setTimeout(() => drop(id), endsAt - now());
      return () => {
        clearTimeout(timer);
        works.delete(work);
        if (works.size === 0) listeners.delete(id);
      };
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
