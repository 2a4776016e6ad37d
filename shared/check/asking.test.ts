/** What a check's room can ask for beside messages: requests, and upgrades that are refused. An answer that says nothing is a sentence. */
import { expect, test } from 'vitest';
import { program, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import { WrongAnswer } from './problems.ts';

const { judge } = useBench(6);

/** Answers each request with what came, and lets in who has a ticket. */
const SERVER = program(
  "import { createServer } from 'node:http';",
  "import { WebSocketServer } from 'ws';",
  'const wss = new WebSocketServer({ noServer: true });',
  'const server = createServer(async (request, response) => {',
  "  let body = ''; for await (const chunk of request) body += chunk;",
  "  if (request.url === '/silent') return;",
  "  if (request.url === '/cut') return request.socket.destroy();",
  "  if (request.url === '/crash') process.nextTick(() => { throw new Error('oh'); });",
  "  response.writeHead(201, { 'Set-Cookie': 'a=b; HttpOnly' });",
  '  response.end(JSON.stringify({ method: request.method, type: request.headers["content-type"], who: request.headers.cookie, body }));',
  '});',
  "server.on('upgrade', (request, tcp, head) => {",
  "  if (request.url === '/silent') return;",
  "  if (request.url !== '/?ticket=a1') return tcp.end('HTTP/1.1 401 No\\r\\n\\r\\n');",
  "  wss.handleUpgrade(request, tcp, head, (socket) => socket.send(JSON.stringify({ type: 'in', origin: request.headers.origin })));",
  '});',
  'server.listen(8080);',
);

test('requests, upgrades and connections go where they are told to, with their headers', async () => {
  const verdict = await judge(SERVER, [
    exerciseTest('it answers', async (room) => {
      const asked = { method: 'POST', path: '/x', headers: { Cookie: 'a=b' }, body: { n: 1 } };
      const { status, headers, body } = await room.ask('alice', asked);
      expect([status, headers['set-cookie']]).toEqual([201, ['a=b; HttpOnly']]);
      expect(JSON.parse(body)).toEqual({
        method: 'POST',
        type: 'application/json',
        who: 'a=b',
        body: '{"n":1}',
      });
      expect(await room.knock('mallory')).toBe(401);
      expect(await room.knock('alice', { path: '/?ticket=a1' })).toBe(101);
      const alice = await room.connect('alice', { path: '/?ticket=a1', headers: { Origin: 'http://a.b' } });
      await alice.receives({ type: 'in', origin: 'http://a.b' });
      expect(room.host()).toMatch(/^127\.0\.0\.1:\d+$/);
    }),
  ]);
  expect(verdict.tests[0]?.sentence).toBeUndefined();
  expect(verdict.solved).toBe(true);
});

test('what is long and random has a number in the conversation, so that one can read it', async () => {
  const secret = 'x'.repeat(43);
  const { tests } = await judge(SERVER, [
    exerciseTest('it answers', async ({ ask }) => {
      for (const Cookie of [`a=${secret}1`, `a=${secret}2`, `a=${secret}1`]) {
        await ask('alice', { method: 'GET', path: '/x', headers: { Cookie } });
      }
      throw new WrongAnswer('seen');
    }),
  ]);
  const conversation = JSON.stringify(tests[0]?.conversation);
  expect(conversation.match(/Cookie: a=<secret \d>/g)).toEqual(
    [1, 2, 1].map((n) => `Cookie: a=<secret ${n}>`),
  );
  expect(conversation).not.toContain(secret);
});

test.each([
  ['/silent', "The server has not answered alice's POST /silent."],
  ['/cut', "The server closed the connection without an answer to alice's POST /cut."],
])('a request that gets no answer is a sentence: %s', async (path, sentence) => {
  const { tests } = await judge(SERVER, [
    exerciseTest('it answers', async ({ ask }) => void (await ask('alice', { method: 'POST', path }))),
  ]);
  expect(tests[0]?.sentence).toBe(sentence);
  expect(JSON.stringify(tests[0]?.conversation)).toContain(`POST ${path}`);
});

test('an upgrade that gets no answer is a sentence', async () => {
  const { tests } = await judge(SERVER, [
    exerciseTest('it answers', async ({ knock }) => void (await knock('alice', { path: '/silent' }))),
  ]);
  expect(tests[0]?.sentence).toBe("The server has not answered alice's upgrade.");
});

test('a crash is told as one', async () => {
  const { tests } = await judge(SERVER, [
    exerciseTest('it answers', async ({ ask }) => {
      await ask('alice', { method: 'GET', path: '/crash' });
      await ask('alice', { method: 'GET', path: '/silent' });
    }),
  ]);
  expect(tests[0]?.sentence).toContain('oh');
});
