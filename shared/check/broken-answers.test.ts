/** The check itself, against answers that are broken: it must say what is wrong, and never hang, crash or leave anything behind. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { IS_LEFT_OUT, shareBrowser } from '#shared/testing/browser-testing.ts';
import { answerIn, withAnswerAt, withText } from './answers.ts';
import { compile } from './compile.ts';
import { type Exercise, test as exerciseTest, isText, loadExercise } from './exercise.ts';
import { openHost } from './host.ts';
import { createJudge, type Verdict } from './judge.ts';

/** A folder outside the course, with a space in its name. Every server writes its process id to a file there. */
const FOLDER = mkdtempSync(join(tmpdir(), 'an answer '));
const PIDS = join(FOLDER, 'pids');
writeFileSync(PIDS, '');
process.env.PIDS = PIDS;

const CLI = ['--import', 'tsx', join(ROOT, 'shared/workshop/cli/check.ts')];

/** For what takes moments, and may take long on a busy machine. */
const WAIT = { timeout: 30_000, interval: 50 };

/** Whatever an answer does to its process, the next one is judged all the same. */
const shared = createJudge({ reuse: true, browser: shareBrowser });

afterAll(async () => {
  await shared.end();
  expect(pids().length).toBeGreaterThan(20);
  // Each check waited for the end of its processes.
  expect(pids().filter(isAlive)).toEqual([]);
  rmSync(FOLDER, { recursive: true, force: true });
});

/** Three tests are enough to see what a broken answer does to the first test and to those that follow. */
const EXERCISE: Exercise = {
  folder: 'exercises/01',
  title: 'Broken',
  tests: [
    exerciseTest('it greets', async ({ connect }) => {
      await (await connect('alice')).receives({ type: 'welcome' });
    }),
    exerciseTest('it echoes', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send('hello');
      await alice.receives({ type: 'echo', message: isText });
    }),
    exerciseTest('it serves two', async ({ connect }) => {
      await connect('alice');
      await (await connect('bob')).receives({ type: 'welcome' });
    }),
  ],
};

const NOTE_PID =
  "import { appendFileSync } from 'node:fs'; appendFileSync(process.env.PIDS ?? '', process.pid + '\\n');";
const LISTEN =
  "import { WebSocketServer } from 'ws'; const wss = new WebSocketServer({ port: 8080 }); let clients = 0;";
const WELCOME = `socket.send('{"type":"welcome"}');`;

/** A server whose connection handler has these lines. The first of them is line 4 of the file. */
function server(...lines: string[]): string {
  return [NOTE_PID, LISTEN, "wss.on('connection', (socket) => {", ...lines, '});'].join('\n');
}

/** A file with these lines. The first of them is line 2 of the file. */
function program(...lines: string[]): string {
  return [NOTE_PID, ...lines].join('\n');
}

const OK = undefined;
const NOT_TRIED = /^Not tried: mend the tests above first\.$/;
const CLOSED = /^The server closed alice's connection instead of sending \{"type":"welcome"\}\.$/;
const STUCK = /^The server does not answer any more: is there an endless loop in .*server\.ts\?$/;
/** How much a server can send in a second depends on the machine: a slow one may get no further than the others. */
const FLOODED =
  /^\w+ got more than (20000 messages|16 MiB) within one test\. Does the server send in a loop\?$|^\w+ waits for .* nothing that fits came/;
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
      /^The server crashed at its start: SyntaxError: .*'WebSocketSrver'.*\/server\.ts\)$/,
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
      EXERCISE.tests.map(({ title }) => ({ title, passed: false, sentence: verdict.problem })),
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
      [new RegExp(`${FLOODED.source}|${STUCK.source}`), NOT_TRIED, NOT_TRIED],
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
        /^alice waits for \{"type":"welcome"\}, but nothing more came within 1 s\./,
        /^alice waits for \{"type":"echo".*, but nothing more came within 250 ms\./,
        /^bob waits for \{"type":"welcome"\}, but nothing more came within 250 ms\./,
      ],
    ],
  ];

  test.for(broken)('%s', async ([, text, sentences]) => {
    const tests = EXERCISE.tests.slice(0, sentences.length);
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

  test('an answer that comes after all is said to be late', async () => {
    // The first client gets its welcome when the second one connects, which is in the next test.
    const late = server(
      'const waiting: (typeof socket)[] = Reflect.get(globalThis, "waiting") ?? [];',
      'Reflect.set(globalThis, "waiting", [...waiting, socket]);',
      `for (const socket of waiting) ${WELCOME}`,
    );
    const verdict = await judge(late);
    expect(verdict.tests[0]?.sentence).toMatch(
      /nothing more came within 1 s\. It came [\d.]+ m?s too late\.$/,
    );
  });
});

describe('a page that is broken', () => {
  const right = readFileSync(join(ROOT, 'solutions/05/client.ts'), 'utf8');
  const LOOPS = /^The page does not answer: is there an endless loop in client\.ts\?$/;
  const inPlace = (find: string, replace: string) => applyEdit({ find, replace }, right, 'solutions/05');
  const RECEIVE = 'function receive(message: ServerMessage): void {';
  const DRAW = 'function drawMine(line: Line): void {';

  const broken: [name: string, text: string, tests: RegExp[]][] = [
    ['loops for ever', `for (;;);\n${right}`, [LOOPS, NOT_TRIED]],
    ['loops on a message', inPlace(RECEIVE, `${RECEIVE} for (;;);`), [LOOPS, NOT_TRIED]],
    ['loops on a stroke', inPlace(DRAW, `${DRAW} for (;;);`), [LOOPS, NOT_TRIED]],
    [
      'throws',
      `throw new Error('no luck');\n${right}`,
      [/^alice's page threw Error: no luck$/, /threw Error: no luck$/],
    ],
    [
      'does not parse',
      `\nconst port = ;\n${right}`,
      [/client\.ts:2 does not parse: Unexpected ";"$/, /client\.ts:2 does not parse/],
    ],
  ];

  test.skipIf(IS_LEFT_OUT).for(broken)('%s', async ([, text, sentences]) => {
    const exercise = await loadExercise('exercises/05');
    const reference = answerIn('solutions/05');
    if (!exercise.client) throw new Error('The exercise has no page.');
    const client = { ...exercise.client, tests: exercise.client.tests.slice(0, sentences.length) };
    const verdict = await withText(text, 'client.ts', (file) =>
      shared.judge({ ...exercise, tests: [], client }, { ...reference, client: file }),
    );
    expect(verdict.solved).toBe(false);
    expect(verdict.tests).toMatchObject(
      sentences.map((sentence) => ({ passed: false, sentence: expect.stringMatching(sentence) })),
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
          await host.start(path);
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

test('after all of them a right answer passes', async () => {
  const right = server(WELCOME, `socket.on('message', () => socket.send('{"type":"echo","message":"x"}'));`);
  expect(await judge(right)).toMatchObject({ solved: true });
});

describe.concurrent('npm run check', () => {
  const right = readFileSync(answerIn('solutions/01').server, 'utf8');

  test('a right answer outside the course: exit code 0, and the verdict as JSON', async () => {
    const path = await outside('right', right);
    const { code, verdict } = await checkJson('01', '--answer', path);
    expect(verdict).toEqual({
      exercise: '01',
      title: 'Timestamps',
      solved: true,
      notChecked: [],
      tests: verdict.tests.map(({ title }) => ({ title, passed: true })),
    });
    expect(verdict.tests.length).toBeGreaterThanOrEqual(5);
    expect(code).toBe(0);
  });

  test('a folder with a right answer', async () => {
    const path = await outside('folder', right);
    expect(await judgeAt(join(path, '..'))).toMatchObject({ solved: true });
  });

  test('a server that does not parse: the learner’s own path and line', async () => {
    const path = await outside('no parse', program('', 'const port = ;'));
    const verdict = await judgeAt(path);
    expect(verdict.problem).toBe(`${path}:3 does not parse: Unexpected ";"`);
    expect(verdict.solved).toBe(false);
    expect(verdict.tests.length).toBeGreaterThanOrEqual(5);
  });

  test('a server that crashes: the learner’s own path and line, and what was said', async () => {
    const text = right.replace('if (isBinary) {', "if (isBinary) {\n      throw new Error('no luck');");
    const line = text.slice(0, text.indexOf('no luck')).split('\n').length;
    const path = await outside('crash', text);
    const { code, verdict } = await checkJson('01', '--answer', path);
    const failed = verdict.tests.filter(({ passed }) => !passed);
    expect(failed.map(({ sentence }) => sentence)).toEqual([
      `The server crashed: Error: no luck (${path}:${line})`,
    ]);
    expect(failed[0]?.conversation?.join('\n')).toMatch(
      /^alice .* connects ─+▶ server\n(.*\n)*alice .* <binary/,
    );
    expect(JSON.stringify(verdict)).not.toContain('.answers');
    expect(code).toBe(1);
  });

  test('a file that is not there: the learner’s own path', async () => {
    const path = await outside('no import', program("import './nothing.ts';"));
    const verdict = await judgeAt(path);
    expect(verdict.problem).toBe(`${path}:2 imports ./nothing.ts, but there is no such file.`);
  });

  test('for a person: every test, what is wrong, and no colours in a pipe', async () => {
    const path = await outside('colour', "throw new Error('\\u001b[31mred\\u0007');");
    const { code, stdout, stderr } = await check('1', '--once', '--answer', path);
    expect(stdout).toContain('Exercise 01: Timestamps');
    expect(stdout).toContain('The server crashed at its start: Error: \\u001b[31mred\\u0007');
    expect(stdout).toContain('- a client that connects gets a welcome as JSON, with a message');
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test('an answer that is not there', async () => {
    await expect(judgeAt('no/such/file.ts')).rejects.toThrow(/^There is no answer at no\/such\/file\.ts\.$/);
  });

  test.for([
    [['99'], /^There is no exercise 99\. There are: 01, 02, /],
    [['--answer', 'solutions/01'], /^Which exercise is this an answer to\?/],
    [['01', '--nonsense'], /--nonsense/],
  ] as const)('could not check: %j', async ([args, sentence]) => {
    const { code, stdout, stderr } = await check(...args);
    expect(stderr.trim()).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('--help says how, and checks nothing', async () => {
    const { code, stdout } = await check('--help');
    expect(stdout).toContain('npm run check 03');
    expect(code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')(
    'a check that is killed leaves no process behind',
    async ({ expect }) => {
      const pidFile = join(FOLDER, 'killed');
      const loop = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pidFile)}, \`\${process.pid}\`); for (;;);`;
      await withText(loop, 'server.ts', async (path) => {
        const child = spawn(process.execPath, [...CLI, '01', '--answer', path], {
          cwd: ROOT,
          stdio: 'ignore',
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), WAIT).toMatch(/^\d+$/);
        child.kill('SIGKILL');
        await ended;
        await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8'))), WAIT).toBe(false);
      });
    },
  );
});

/** Judges the text of a server by some tests. */
function judge(text: string, tests = EXERCISE.tests): Promise<Verdict> {
  return withText(text, 'server.ts', (file) => shared.judge({ ...EXERCISE, tests }, { server: file }));
}

/** Judges an answer as the check does that is given its path. */
async function judgeAt(path: string): Promise<Verdict> {
  const exercise = await loadExercise('exercises/01');
  return withAnswerAt(path, exercise, (answer) => shared.judge(exercise, answer));
}

/** Writes an answer to a folder of its own outside the course, and gives its path. */
async function outside(name: string, text: string): Promise<string> {
  const path = join(FOLDER, name, 'server.ts');
  await mkdir(join(FOLDER, name));
  await writeFile(path, text);
  return path;
}

type Checked = { code: number | null; stdout: string; stderr: string };

/** Runs the check as a person does, from the root of the course. */
function check(...args: string[]): Promise<Checked> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...CLI, ...args], { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function checkJson(...args: string[]): Promise<Checked & { verdict: Verdict }> {
  const checked = await check(...args, '--json');
  expect(checked.stderr).toBe('');
  return { ...checked, verdict: JSON.parse(checked.stdout) };
}

/** The ids of all processes in which an answer ran. */
function pids(): number[] {
  return readFileSync(PIDS, 'utf8').split('\n').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
