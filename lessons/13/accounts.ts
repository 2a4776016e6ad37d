/** Users, and their passwords: what is kept of a password can't be turned back into it. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Store, StoredUser } from './store.ts';

export type User = { name: string; isAdmin: boolean };

const BYTES = 32;
/** Anybody can register, over and over. The file is written whole each time. */
const MOST_USERS = 1_000;

/** In another thread: it takes 50 ms and 16 MiB, on purpose. So does each guess of who has stolen the file. */
function derive(password: string, salt: string): Promise<Buffer> {
  // A letter with an accent can be written in two ways. It is the same password.
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, BYTES, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** For a name that nobody has. Else the quick answer would tell that nobody has it. */
const NOBODY: StoredUser = { name: '', isAdmin: false, salt: 'nobody', hash: '00'.repeat(BYTES) };

/** The users of a store. Passwords come in, and never go out: not into the file, not into a log. */
export function createAccounts({ users, save }: Pick<Store, 'users' | 'save'>) {
  /** Names for which somebody waits at this moment: nobody else gets one of them. */
  const reserved = new Set<string>();

  function find(name: string): User | undefined {
    const user = users.get(name.toLowerCase());
    return user && { name: user.name, isAdmin: user.isAdmin };
  }

  return {
    find,

    isFull: () => users.size + reserved.size >= MOST_USERS,

    /** Gives the new user, or undefined where somebody has this name. Who comes first is the admin. */
    async register(name: string, password: string): Promise<User | undefined> {
      const key = name.toLowerCase();
      if (users.has(key) || reserved.has(key)) return undefined;
      reserved.add(key);
      try {
        const salt = randomBytes(16).toString('hex');
        const hash = (await derive(password, salt)).toString('hex');
        users.set(key, { name, isAdmin: users.size === 0, salt, hash });
      } finally {
        reserved.delete(key);
      }
      await save();
      return find(name);
    },

    /** Gives the user, where name and password are right. A wrong name takes as long as a wrong password. */
    async check(name: string, password: string): Promise<User | undefined> {
      const user = users.get(name.toLowerCase());
      const { salt, hash } = user ?? NOBODY;
      const key = await derive(password, salt);
      // Not ===: it is done sooner where the first byte is wrong already.
      const isRight = timingSafeEqual(key, Buffer.from(hash, 'hex'));
      return isRight && user ? find(name) : undefined;
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
