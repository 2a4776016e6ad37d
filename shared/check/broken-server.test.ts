/** The check, against servers that are broken: it says what is wrong, and never hangs, crashes or leaves anything behind. */
import { describe, expect, test } from 'vitest';
import { LISTEN, program, server, THREE_TESTS, useBench, WELCOME } from '#shared/testing/broken-answers.ts';
import { compile } from './compile.ts';
import { test as exerciseTest } from './exercise.ts';
import { openHost } from './host.ts';
import { withText } from './scratch.ts';

const { judge } = useBench(20);

const OK = undefined;
const NOT_TRIED = /^Not tried: mend the tests above first\.$/;
const CLOSED = /^The server closed alice's connection instead of sending \{"type":"welcome"\}\.$/;
const STUCK = /^The server does not answer any more: is there an endless loop in .*server\.ts\?$/;
/** How much a server can send in a second depends on the machine: a slow one may get no further than the others. */
const FLOODED =
  /^\w+ got more than (\d+ messages|\d+ MiB) within one test\. Does the server send in a loop\?$|^\w+ waits for .* nothing that fits came/;
const FLOODED_AGAIN = new RegExp(`${NOT_TRIED.source}|${FLOODED.source}`);
const refused = (status: number) =>
  new RegExp(`^\\w+ could not connect: the server did not accept .* HTTP status ${status}\\.$`);
const crashed = (error: string, line: number) =>
  new RegExp(`^The server crashed: ${error} \\(\\.answers/.*/server\\.ts:${line}\\)$`);

describe.concurrent('a server that does not start: the verdict has one sentence for all tests', () => {
  const never: [name: string, text: string, sentence: RegExp][] = [
    [
      'does not parse',
      program('', 'const port = ;'),
      /^\.answers\/.*\/server\.ts:3 does not parse: Unexpected ";"$/,
    ],
    [
      'throws',
      program("throw new Error('no luck');"),
      /^The server crashed at its start: Error: no luck \(\.answers\/.*\/server\.ts:2\)$/,
    ],
    [
      'throws what is no error',
      program("throw 'no luck';"),
      /^The server crashed at its start: Error: no luck \(\.answers\/.*\/server\.ts\)$/,
    ],
    [
      'rejects a promise',
      program("await Promise.reject(new Error('no luck'));"),
      /^The server crashed at its start: Error: no luck \(\.answers\/.*\/server\.ts:2\)$/,
    ],
    [
      'imports a file that is not there',
      program("import './nothing.ts';"),
      /^\.answers\/.*\/server\.ts:2 imports \.\/nothing\.ts, but there is no such file\.$/,
    ],
    [
      'imports a name that is not there',
      program("import { WebSocketSrver } from 'ws'; console.log(WebSocketSrver);"),
      /^\.answers\/.*\/server\.ts:2 imports \{ WebSocketSrver \} from ws, which has no export WebSocketSrver\.$/,
    ],
    ['is empty', '', /^\.answers\/.*\/server\.ts runs, but it never listens\. /],
    ['never listens', program('setInterval(() => {}, 1000);'), /server\.ts runs, but it never listens\. /],
    [
      'ends at once',
      program("console.log('Bye!');", 'process.exit(0);'),
      /^The server's process ended by itself, with exit code 0\. It printed last: Bye!$/,
    ],
    ['loops for ever', program('for (;;);'), STUCK],
    ['blocks for ever', program('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'), STUCK],
  ];

  test.for(never)('%s', async ([, text, sentence]) => {
    const verdict = await judge(text);
    expect(verdict.solved).toBe(false);
    expect(verdict.problem).toMatch(sentence);
    expect(verdict.tests).toMatchObject(
      THREE_TESTS.map(({ title }) => ({ title, passed: false, sentence: verdict.problem })),
    );
  });
});

describe.concurrent('a server that starts, and then breaks: each test has its own sentence', () => {
  const broken: [name: string, text: string, tests: (RegExp | undefined)[]][] = [
    [
      'closes every connection',
      server("socket.close(1000, 'no');"),
      [CLOSED, /closed alice's/, /closed bob's/],
    ],
    [
      'cuts every connection',
      server('socket.terminate();'),
      [CLOSED, /closed alice's/, /closed bob's|bob could not/],
    ],
    [
      'refuses the handshake',
      program(
        "import { WebSocketServer } from 'ws';",
        'new WebSocketServer({ port: 8080, verifyClient: () => false });',
      ),
      [refused(401), refused(401), refused(401)],
    ],
    [
      'is an HTTP server only',
      program(
        "import { createServer } from 'node:http';",
        "createServer((_, answer) => answer.end('hello')).listen(8080);",
      ),
      [refused(200), refused(200), refused(200)],
    ],
    [
      'accepts the connection, and is silent',
      program("import { createServer } from 'node:net';", 'createServer(() => {}).listen(8080);'),
      [/^alice could not connect/, /^alice could not connect/, /^alice could not connect/],
    ],
    [
      'crashes on the second client',
      server(WELCOME, 'clients += 1;', "if (clients > 1) throw new Error('two');"),
      [OK, /^alice waits for \{"type":"echo".*nothing .* came/, crashed('Error: two', 6)],
    ],
    [
      'crashes on a message',
      server(
        WELCOME,
        "socket.on('message', (data) => {",
        'socket.send(JSON.parse(String(data)).message);',
        '});',
      ),
      [OK, crashed('SyntaxError: Unexpected token .*', 6), OK],
    ],
    [
      'throws in an async handler',
      server(
        WELCOME,
        "socket.on('message', async () => {",
        'await null;',
        "throw new Error('later');",
        '});',
      ),
      [OK, crashed('Error: later', 7)],
    ],
    [
      'rejects a promise that nobody looks at',
      server(WELCOME, "socket.on('message', () => void Promise.reject(new Error('not kept')));"),
      [OK, crashed('Error: not kept', 5)],
    ],
    ['throws deep in a library', server('socket.ping(5n as never);'), [crashed('TypeError: .*', 4)]],
    [
      'ends on a message',
      server(WELCOME, "socket.on('message', () => process.exit(3));"),
      [OK, /^The server's process ended by itself, with exit code 3\.$/],
    ],
    [
      'loops on a message',
      server(WELCOME, "socket.on('message', () => {", 'for (;;);', '});'),
      [OK, STUCK, NOT_TRIED],
    ],
    [
      'blocks on a message, and needs no processor for it',
      server(
        WELCOME,
        "socket.on('message', () => {",
        'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
        '});',
      ),
      [OK, STUCK, NOT_TRIED],
    ],
    [
      'floods in a loop',
      server(`for (;;) socket.send('{"type":"tick"}');`),
      [new RegExp(`${FLOODED.source}|${STUCK.source}|^The server ran out of memory`), NOT_TRIED, NOT_TRIED],
    ],
    [
      'floods with large messages',
      server("setInterval(() => socket.send(JSON.stringify({ x: 'x'.repeat(1e7) })), 1);"),
      [FLOODED, FLOODED_AGAIN, FLOODED_AGAIN],
    ],
    [
      'floods with one huge message',
      server("socket.send('x'.repeat(2e7));"),
      [FLOODED, NOT_TRIED, NOT_TRIED],
    ],
    [
      'floods, one turn after the other',
      server("const again = () => { socket.send('{}'); setImmediate(again); };", 'again();'),
      [FLOODED, FLOODED_AGAIN, FLOODED_AGAIN],
    ],
    [
      'floods by calling itself',
      server("const again = () => { socket.send('{}'); again(); };", 'again();'),
      [crashed('RangeError: .*', 4)],
    ],
    [
      'answers after three seconds',
      server(`setTimeout(() => ${WELCOME.slice(0, -1)}, 3000);`),
      [
        /^alice waits for \{"type":"welcome"\}, but nothing more came, and the server has nothing left to do\.$/,
        /^alice waits for \{"type":"echo".*, but nothing more came, and the server has nothing left to do\.$/,
        /^bob waits for \{"type":"welcome"\}, but nothing more came, and the server has nothing left to do\.$/,
      ],
    ],
  ];

  test.for(broken)('%s', async ([, text, sentences]) => {
    const tests = THREE_TESTS.slice(0, sentences.length);
    const verdict = await judge(text, tests);
    expect(verdict.solved).toBe(false);
    expect(verdict.problem).toBeUndefined();
    expect(verdict.tests).toMatchObject(
      tests.map(({ title }, at) => {
        const sentence = sentences[at];
        if (sentence === undefined) return { title, passed: true };
        return { title, passed: false, sentence: expect.stringMatching(sentence) };
      }),
    );
  });
});

test('of several messages that do not fit, the closest is named', async () => {
  const verdict = await judge(
    server(
      'for (const text of [\'{"type":"news","n":1,"of":2}\', \'{"type":"news","n":9,"of":9}\']) socket.send(text);',
    ),
    [
      exerciseTest('it tells', async ({ connect }) => {
        await (await connect('alice')).receives({ type: 'news', n: 2, of: 2 });
      }),
    ],
  );
  expect(verdict.tests[0]?.sentence).toBe(
    'alice got a message of type "news", but its "n" is 1 and should be 2.',
  );
});

test('a server that worked while the check had no time to listen is not said to hang', async () => {
  const host = openHost();
  try {
    await withText(
      program(LISTEN, 'setTimeout(() => { for (const end = Date.now() + 1900; Date.now() < end; ); }, 50);'),
      'server.ts',
      async (file) => {
        const { path, remove } = await compile(file);
        try {
          await host.start(path, file);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
          await host.turn();
        } finally {
          await remove();
        }
      },
    );
    expect(host.problem()).toBeUndefined();
  } finally {
    await host.end();
  }
});

describe.concurrent('what is slow, or says much, is right', () => {
  const COUNT = 500;
  const counts = exerciseTest('it counts', async ({ connect }) => {
    const alice = await connect('alice');
    alice.sendAll(Array.from({ length: COUNT }, () => 'one more'));
    await alice.receives({ type: 'echo', message: COUNT });
  });

  test('a server that blocks for each message, and goes on', async () => {
    const verdict = await judge(
      server(
        "socket.on('message', () => {",
        'for (const end = performance.now() + 5; performance.now() < end; );',
        "clients += 1; socket.send(JSON.stringify({ type: 'echo', message: clients }));",
        '});',
      ),
      [counts],
    );
    expect(verdict.tests[0]?.sentence).toBeUndefined();
  });

  test('a server that answers each message with ten, and one that adds a hundred', async () => {
    const answers = (count: number) =>
      server(
        "socket.on('message', () => {",
        `for (let n = 1; n < ${count}; n += 1) socket.send('{}');`,
        "clients += 1; socket.send(JSON.stringify({ type: 'echo', message: clients }));",
        '});',
      );
    const [right, wrong] = await Promise.all([judge(answers(10), [counts]), judge(answers(100), [counts])]);
    expect(right.tests[0]?.sentence).toBeUndefined();
    expect(wrong.tests[0]?.sentence).toBe(
      'alice got more than 25000 messages within one test. Does the server send in a loop?',
    );
  });
});

test('after all of them a right answer passes', async () => {
  const right = server(WELCOME, `socket.on('message', () => socket.send('{"type":"echo","message":"x"}'));`);
  expect(await judge(right)).toMatchObject({ solved: true });
});
