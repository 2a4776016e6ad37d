/** Users and their passwords, and the file in which they are kept. */
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccounts } from './accounts.ts';
import { openStore } from './store.ts';

let scratch = '';
let count = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'echo-accounts-'));
});
afterAll(() => rm(scratch, { recursive: true }));

function newFolder(): string {
  count += 1;
  return join(scratch, `${count}`, 'below');
}

async function openAccounts(folder = newFolder()) {
  const store = await openStore(folder);
  return { folder, store, accounts: createAccounts(store) };
}

describe('accounts', () => {
  test('who registers is known by name and password, and nobody else is', async () => {
    const { accounts } = await openAccounts();
    expect(await accounts.register('Alice', 'open sesame')).toEqual({ name: 'Alice', isAdmin: true });
    expect(await accounts.register('bob', 'open sesame')).toEqual({ name: 'bob', isAdmin: false });
    expect(await accounts.check('alice', 'open sesame')).toEqual({ name: 'Alice', isAdmin: true });
    expect(await accounts.check('alice', 'open sesamE')).toBeUndefined();
    expect(await accounts.check('bob ', 'open sesame')).toBeUndefined();
    expect(await accounts.check('', '')).toBeUndefined();
    expect(await accounts.check('__proto__', 'open sesame')).toBeUndefined();
    expect(accounts.find('BOB')).toEqual({ name: 'bob', isAdmin: false });
    expect(accounts.find('carol')).toBeUndefined();
  });

  test('a name belongs to who came first, also where two come at once', async () => {
    const { accounts } = await openAccounts();
    const both = await Promise.all([
      accounts.register('Alice', 'the first one'),
      accounts.register('alice', 'the second one'),
    ]);
    expect(both).toEqual([{ name: 'Alice', isAdmin: true }, undefined]);
    expect(await accounts.register('ALICE', 'a third one')).toBeUndefined();
    expect(await accounts.check('alice', 'the first one')).toBeDefined();
    expect(await accounts.check('alice', 'the second one')).toBeUndefined();
  });

  test('there is room for a thousand', async () => {
    const { accounts, store } = await openAccounts();
    const user = { isAdmin: false, salt: '', hash: '' };
    for (let n = 1; n < 1_000; n += 1) store.users.set(`${n}`, { name: `${n}`, ...user });
    expect(accounts.isFull()).toBe(false);
    await accounts.register('the last one', 'open sesame');
    expect(accounts.isFull()).toBe(true);
  });

  test('the same password looks different for each user, and is nowhere in the file', async () => {
    const { accounts, folder, store } = await openAccounts();
    await accounts.register('alice', 'open sesame');
    await accounts.register('bob', 'open sesame');
    const [alice, bob] = [...store.users.values()];
    expect(alice?.hash).toMatch(/^[\da-f]{64}$/);
    expect(alice?.hash).not.toBe(bob?.hash);
    expect(alice?.salt).not.toBe(bob?.salt);
    expect(await readFile(join(folder, 'users.json'), 'utf8')).not.toContain('sesame');
  });

  test('an accent that is written in another way is the same password', async () => {
    const { accounts } = await openAccounts();
    await accounts.register('alice', 'caf\u00e9 au lait');
    expect(await accounts.check('alice', 'cafe\u0301 au lait')).toBeDefined();
  });

  test('for a name that nobody has, as much is computed as for a wrong password', async () => {
    const { accounts } = await openAccounts();
    await accounts.register('alice', 'open sesame');
    const cost = async (name: string) => {
      const before = process.cpuUsage();
      for (let times = 0; times < 5; times += 1) await accounts.check(name, 'wrong password');
      return process.cpuUsage(before).user + process.cpuUsage(before).system;
    };
    // Without it, the answer would be there a thousand times sooner.
    expect(await cost('nobody')).toBeGreaterThan((await cost('alice')) / 5);
  });
});

describe('the file', () => {
  test('has all that was saved, for the next one who opens it', async () => {
    const { accounts, folder, store } = await openAccounts();
    await accounts.register('alice', 'open sesame');
    store.sessions.set('a', { id: 'a', name: 'alice', endsAt: 5 });
    await store.save();
    const next = await openAccounts(folder);
    expect(await next.accounts.check('alice', 'open sesame')).toEqual({ name: 'alice', isAdmin: true });
    expect([...next.store.sessions.values()]).toEqual([{ id: 'a', name: 'alice', endsAt: 5 }]);
  });

  test('is written whole, beside the old one, and then put into its place: nobody ever reads half of it', async () => {
    const { folder, store } = await openAccounts();
    await store.save();
    const old = await open(join(folder, 'users.json'));
    const reading = (async () => {
      for (let times = 0; times < 200; times += 1) {
        const text = await readFile(join(folder, 'users.json'), 'utf8');
        expect(text.endsWith(']}'), text.slice(-20)).toBe(true);
      }
    })();
    const padding = 'x'.repeat(200_000);
    for (let n = 0; n < 20; n += 1) {
      store.sessions.set(`${n}`, { id: padding, name: '', endsAt: n });
      await store.save();
    }
    await reading;
    // Who has opened the old file still reads the old text: nobody has written into it.
    expect(await old.readFile('utf8')).toBe('{"users":[],"sessions":[]}');
    await old.close();
    expect(await readdir(folder)).toEqual(['users.json']);
  });

  test('has the newest of many changes, though all are saved at once', async () => {
    const { folder, store } = await openAccounts();
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        store.sessions.set('a', { id: 'a', name: 'alice', endsAt: n });
        return store.save();
      }),
    );
    const next = await openStore(folder);
    expect(next.sessions.get('a')?.endsAt).toBe(29);
  });

  test.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    const { folder, store } = await openAccounts();
    await store.save();
    expect((await stat(join(folder, 'users.json'))).mode & 0o077).toBe(0);
  });

  test.each(['', '{', '[]', '{"users":[],"sessions":[{}]}'])(
    'that is broken is an error, and is not written over: %s',
    async (text) => {
      const { folder, store } = await openAccounts();
      await store.save();
      await writeFile(join(folder, 'users.json'), text);
      await expect(openStore(folder)).rejects.toThrow();
      expect(await readFile(join(folder, 'users.json'), 'utf8')).toBe(text);
    },
  );
});
