/** What lesson 13 promises: who may come in, as whom, for how long, and what they may do. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rawConnect } from '#shared/check/raw-client.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Guest, guestWith, logIn, PASSWORD, postForm } from '#shared/testing/door.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { parseServerMessage } from './protocol.ts';

type Fields = Record<string, unknown>;

/** In ms: far more than a right server needs. */
const PATIENCE = { timeout: 20_000, interval: 10 };

let server: RunningServer;
/** The first one who registers is the admin. */
let admin: Guest;
let people = 0;

beforeAll(async () => {
  server = await startServer('lessons/13/server.ts');
  admin = await logIn(server.url, 'root');
});
afterAll(() => server.stop());

/** Somebody whom nobody has seen before. */
async function newcomer(): Promise<Guest & { name: string }> {
  people += 1;
  const name = `guest ${people}`;
  return { ...(await logIn(server.url, name)), name };
}

async function connect(guest: Guest): Promise<RecordingClient> {
  const client = await connectRecording(await guest.socketUrl());
  onTestFinished(() => client.socket.terminate());
  return client;
}

/** The next message of this type. */
async function nextOf(client: RecordingClient, type: string): Promise<Fields> {
  for (;;) {
    const message = await client.nextJson();
    if (message.type === type) return message;
  }
}

const say = (message: string) => ({ type: 'chat', id: randomUUID(), message });

async function statusOf(address: string, headers: Record<string, string> = {}): Promise<number> {
  const { socket, status } = await rawConnect(address, headers);
  socket.destroy();
  return status;
}

const COPIES = [
  'delivery.ts',
  'gather.ts',
  'heartbeat.ts',
  'options.ts',
  'outbox.ts',
  'outlet.ts',
  'pace.ts',
];
const MORE_COPIES = ['delivery-options.ts', 'people.ts', 'pointers.ts', 'pulse.ts', 'reconnecting-socket.ts'];

test.each([...COPIES, ...MORE_COPIES])('%s is that of the lesson before', (file) => {
  const read = (lesson: string) => readFileSync(`${ROOT}lessons/${lesson}/${file}`, 'utf8');
  expect(read('13')).toBe(read('12'));
});

describe('the cookie', () => {
  test('is for this server, out of reach of scripts and of other sites, and for ten minutes', async () => {
    const { headers, status } = await postForm(server.url, '/register', {
      username: 'cookie',
      password: PASSWORD,
    });
    expect(status).toBe(204);
    const { port } = new URL(server.url);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(
      new RegExp(`^session-13-${port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=600$`),
    );
    expect(headers['cache-control']).toBe('no-store');
  });

  test('each login is a session of its own, whatever cookie came along', async () => {
    const guest = await newcomer();
    const form = { username: guest.name, password: PASSWORD };
    const { headers } = await postForm(server.url, '/login', form, { Cookie: guest.cookie });
    expect(String(headers['set-cookie'])).not.toContain(guest.cookie);
  });

  test.each([
    ['a wrong password', { username: 'root', password: 'wrong password' }, 401],
    ['a name that nobody has', { username: 'nobody', password: PASSWORD }, 401],
    ['a short password', { username: 'root', password: 'short' }, 400],
    ['a long password', { username: 'root', password: 'x'.repeat(201) }, 400],
    ['no name', { username: '', password: PASSWORD }, 400],
    ['a number', { username: 5, password: PASSWORD }, 400],
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['too much', JSON.stringify({ username: 'root', password: 'x'.repeat(5_000) }), 413],
  ])('is not given for %s', async (_, form, status) => {
    const answer = await postForm(server.url, '/login', form);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([status, undefined]);
  });

  test('is not given for a form that another page could send', async () => {
    const form = JSON.stringify({ username: 'root', password: PASSWORD });
    const answer = await postForm(server.url, '/login', form, { 'Content-Type': 'text/plain' });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([415, undefined]);
  });

  test('a name is taken whoever asks for it, in capitals, too', async () => {
    const answer = await postForm(server.url, '/register', { username: 'ROOT', password: PASSWORD });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([409, undefined]);
  });

  test('guesses for one name have a limit: 429, for the right password, too', async () => {
    const guest = await newcomer();
    const codes = new Set<number>();
    for (let times = 0; times < 15; times += 1) {
      codes.add((await postForm(server.url, '/login', { username: guest.name, password: PASSWORD })).status);
    }
    expect([...codes]).toEqual([204, 429]);
  });
});

describe('what is posted by a page of another site', () => {
  test.each(['/login', '/register', '/logout', '/ticket'])('is refused: %s', async (path) => {
    const guest = await newcomer();
    const form = { username: 'somebody new', password: PASSWORD };
    for (const origin of [
      'http://localhost:9',
      'http://evil.example',
      'null',
      `${server.url}.evil.example`,
    ]) {
      const headers = { Origin: origin, Cookie: guest.cookie };
      const answer = await (path === '/login' || path === '/register'
        ? postForm(server.url, path, form, headers)
        : guest.post(path, headers));
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
    expect((await guest.post('/ticket', { Origin: server.url })).status).toBe(200);
  });
});

describe('an upgrade', () => {
  test('with a ticket is let in, as whom it was issued to, and nobody has to say a name', async () => {
    const guest = await newcomer();
    const client = await connect(guest);
    expect(await client.nextJson()).toMatchObject({ type: 'joined', username: guest.name, isAdmin: false });
    const first = await connect(admin);
    expect(await first.nextJson()).toMatchObject({ type: 'joined', username: 'root', isAdmin: true });
  });

  test.each([
    ['without a ticket', ''],
    ['with an empty one', '?ticket='],
    ['with one that nobody issued', `?ticket=${'x'.repeat(43)}`],
  ])('%s is a 401, and no socket, though the cookie is there', async (_, search) => {
    const guest = await newcomer();
    expect(await statusOf(`${server.socketUrl}/${search}`, { Cookie: guest.cookie })).toBe(401);
  });

  test('with a ticket that was used is a 401', async () => {
    const guest = await newcomer();
    const address = await guest.socketUrl();
    expect(await statusOf(address)).toBe(101);
    expect(await statusOf(address)).toBe(401);
  });

  test('with the ticket of a session that has ended is a 401', async () => {
    const guest = await newcomer();
    const address = await guest.socketUrl();
    expect((await guest.post('/logout')).status).toBe(204);
    expect(await statusOf(address)).toBe(401);
    expect((await guest.post('/ticket')).status).toBe(401);
  });

  test.each([
    ['http://localhost:9', 'a page on another port'],
    ['http://127.0.0.1:9', 'a page on another site of this machine'],
    ['https://evil.example', 'a page of the web'],
    ['null', 'a page without an origin'],
  ])('from %s, %s, is a 403, though the ticket is right, and the ticket stays good', async (origin) => {
    const guest = await newcomer();
    const address = await guest.socketUrl();
    expect(await statusOf(address, { Origin: origin })).toBe(403);
    expect(await statusOf(address, { Origin: server.url })).toBe(101);
  });

  test('that asks for another name than ours is a 403: DNS rebinding', async () => {
    const address = await (await newcomer()).socketUrl();
    expect(await statusOf(address, { Host: 'evil.example', Origin: 'http://evil.example' })).toBe(403);
  });
});

describe('what one may do', () => {
  async function said(client: RecordingClient, text: string): Promise<number> {
    client.send(say(text));
    for (;;) {
      const { message, seq } = await nextOf(client, 'chat');
      if (message === text) return Number(seq);
    }
  }

  test('a message is by who is logged in, whatever it says itself', async () => {
    const guest = await newcomer();
    const client = await connect(guest);
    client.send({ ...say('it is me'), username: 'root', isAdmin: true });
    expect(await nextOf(client, 'chat')).toMatchObject({ username: guest.name, message: 'it is me' });
  });

  test('who has written a message may delete it, and the admin, and nobody else', async () => {
    const [alice, bob, root] = await Promise.all([
      connect(await newcomer()),
      connect(await newcomer()),
      connect(admin),
    ]);
    const [one, other] = [await said(alice, 'one of mine'), await said(alice, 'another one')];
    bob.send({ type: 'delete', seq: one });
    expect(await nextOf(bob, 'error')).toMatchObject({ code: 'forbidden' });
    alice.send({ type: 'delete', seq: one });
    expect(await nextOf(bob, 'deleted')).toMatchObject({ seq: one });
    root.send({ type: 'delete', seq: other });
    expect(await nextOf(alice, 'deleted')).toMatchObject({ seq: one });
    expect(await nextOf(alice, 'deleted')).toMatchObject({ seq: other });
    root.send({ type: 'delete', seq: other });
    expect(await nextOf(root, 'error')).toMatchObject({ code: 'unknown-message' });
    root.send({ type: 'delete', seq: other + 1000 });
    expect(await nextOf(root, 'error')).toMatchObject({ code: 'unknown-message' });
    // Who comes later finds the numbers, and not what was said.
    bob.send({ type: 'since', epoch: '', seq: 0 });
    const { messages } = await nextOf(bob, 'snapshot');
    const kept = new Map([messages].flat().map((one) => [Object(one).seq, Object(one).message]));
    expect([kept.get(one), kept.get(other)]).toEqual(['', '']);
  });

  test('the page understands all that comes', async () => {
    const client = await connect(await newcomer());
    const seq = await said(client, 'hello');
    client.send({ type: 'delete', seq });
    client.send({ type: 'delete', seq });
    await nextOf(client, 'error');
    for (const text of client.received) expect(parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
});

describe('a user is not a connection', () => {
  test('two tabs are one user: close one, and nobody has left', async () => {
    const observer = await connect(await newcomer());
    await nextOf(observer, 'presence');
    const alice = await newcomer();
    const first = await connect(alice);
    expect(await nextOf(observer, 'presence')).toMatchObject({ joined: [alice.name], left: [] });
    const second = await connect(alice);
    const { usernames } = await nextOf(second, 'joined');
    expect([usernames].flat().filter((name) => name === alice.name)).toHaveLength(1);
    await first.close();
    second.send(say('still here'));
    expect(await nextOf(observer, 'chat')).toMatchObject({ username: alice.name, message: 'still here' });
    await second.close();
    expect(await nextOf(observer, 'presence')).toMatchObject({ joined: [], left: [alice.name] });
    const told = observer.received.filter((text) => String(text).includes(alice.name));
    expect(told).toHaveLength(3); // Joined, said something, left.
  });
});

describe('logging out', () => {
  test('ends all connections of the session with 4401, and those of no other one', async () => {
    const guest = await newcomer();
    const phone = await logIn(server.url, guest.name);
    const [first, second, other] = [await connect(guest), await connect(guest), await connect(phone)];
    const { status, headers } = await guest.post('/logout');
    expect([status, String(headers['set-cookie'])]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect(await first.closed).toEqual({ code: 4401, reason: 'You are logged out.' });
    expect(await second.closed).toMatchObject({ code: 4401 });
    other.send(say('still here'));
    expect(await nextOf(other, 'chat')).toMatchObject({ message: 'still here' });
    expect((await guest.post('/logout')).status).toBe(401);
    expect((await phone.post('/ticket')).status).toBe(200);
  });

  test('is a POST: no link and no picture does it', async () => {
    const guest = await newcomer();
    const answer = await fetch(`${server.url}/logout`, { headers: { Cookie: guest.cookie } });
    expect(answer.status).toBe(404);
    expect((await guest.post('/ticket')).status).toBe(200);
  });
});

test('sessions survive a restart, and passwords are nowhere', async () => {
  const before = await startServer('lessons/13/server.ts');
  const { cookie } = await logIn(before.url, 'alice');
  const after = await before.restart();
  onTestFinished(after.stop);
  expect(await statusOf(await guestWith(after.url, cookie).socketUrl())).toBe(101);
  expect((await postForm(after.url, '/register', { username: 'alice', password: PASSWORD })).status).toBe(
    409,
  );
  const file = readFileSync(join(after.data, 'users.json'), 'utf8');
  for (const text of [before.output(), after.output(), file]) expect(text).not.toContain('correct horse');
  expect(file).not.toContain(cookie.split('=')[1]);
});

test('a test leaves nothing in the lesson', () => {
  expect(server.data.startsWith(ROOT)).toBe(false);
  expect(existsSync(join(server.data, 'users.json'))).toBe(true);
});

test('who has gone leaves no ticket, and no session is asked of a stranger', async () => {
  const guest = guestWith(server.url, `session-13-${new URL(server.url).port}=${'x'.repeat(43)}`);
  expect((await guest.post('/ticket')).status).toBe(401);
  // A cookie of another server on this machine has another name.
  const { cookie } = await newcomer();
  const renamed = cookie.replace(/session-13-\d+/, 'session-13-9');
  expect((await guestWith(server.url, renamed).post('/ticket')).status).toBe(401);
  await expect.poll(() => server.output(), PATIENCE).toContain('A client arrived.');
});
