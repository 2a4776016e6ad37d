/** The check of a suite of tests, against suites that are broken: it says what is wrong, never hangs, and leaves nothing behind. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ABOUT, folder, HELPERS, RIGHT, suiteOf } from '#shared/testing/suite-bench.ts';
import { exercise, suite } from './exercise.ts';
import { createJudge } from './judge.ts';
import { withText } from './scratch.ts';
import type { TestResult } from './verdict.ts';

const judge = createJudge();
afterAll(() => judge.end());

const OK = undefined;
const NOT_TRIED = /^Not tried: /;
const UNNOTICED =
  /^Your one test passes, though it is rude\. Of 2 chats like that your suite noticed (none|1)\.$/;

/** The right test, which waits for some other work, too. Each calls `go` when it is done. */
const beside = (...works: string[]) =>
  RIGHT.replace(
    "await once(socket, 'message');",
    (wait) => `${wait} ${works.map((work) => `await new Promise((go) => { ${work}; });`).join(' ')}`,
  );

const SUITES: [name: string, text: string, ...sentences: (RegExp | undefined)[]][] = [
  ['is right', suiteOf(HELPERS, RIGHT), OK, OK, OK],
  [
    'looks again and again, turn by turn',
    suiteOf(HELPERS, RIGHT.replace("await once(socket, 'message');", 'await until(() => texts.length > 0);')),
    OK,
    OK,
    OK,
  ],
  [
    'lets the system work: on a hash',
    suiteOf(
      "import { pbkdf2 } from 'node:crypto';",
      HELPERS,
      beside("pbkdf2('a', 'b', 2e5, 64, 'sha512', go)"),
    ),
    OK,
    OK,
    OK,
  ],
  [
    'lets the system work: on what it packs, a file, a name and a connection',
    suiteOf(
      "import { lookup } from 'node:dns'; import { readFile } from 'node:fs'; import { createServer, Socket } from 'node:net'; import { gzip } from 'node:zlib';",
      HELPERS,
      beside(
        'gzip(Buffer.alloc(3e7), go)',
        'readFile(process.execPath, go)',
        "lookup('localhost', go)",
        "{ const server = createServer((socket) => socket.end()).listen(0, () => new Socket().connect(server.address().port).resume().once('close', () => server.close(go))); }",
      ),
    ),
    OK,
    OK,
    OK,
  ],
  [
    'does not parse',
    suiteOf('const x = ;'),
    /suite\.test\.ts:6 does not parse: /,
    /does not parse/,
    /does not parse/,
  ],
  [
    'has no test',
    suiteOf('const x = 1;'),
    /^(There is no test in it\.|Something goes wrong outside)/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'throws while it is loaded',
    suiteOf("throw new Error('no luck');"),
    /^Something goes wrong outside of the tests, and this chat is right: Error: no luck \(.*suite\.test\.ts:6\)$/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'fails',
    suiteOf("test('one', () => {", '  expect(1).toBe(2);', '});'),
    /^"one" fails, and this chat is right: AssertionError: expected 1 to be 2.*\(.*suite\.test\.ts:7\)$/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'skips a test',
    suiteOf(HELPERS, RIGHT, "test.todo('more');"),
    /^"more" is skipped\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'leaves a server open',
    suiteOf(HELPERS.replace('server.close();', ''), RIGHT),
    /^After the last test a server is still open\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'ends the process',
    suiteOf("test('one', () => process.exit(0));"),
    /process\.exit\(0\) was called: a suite ends by itself\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'kills the process',
    suiteOf("process.kill(process.pid, 'SIGKILL');"),
    /^The suite's process ended by itself, by the signal SIGKILL\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'loops',
    suiteOf("test('one', () => { for (;;); });"),
    /^The suite does not answer any more: is there an endless loop in .*suite\.test\.ts\?$/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'loops in promises',
    suiteOf("test('one', async () => { for (;;) await null; });"),
    /^The suite does not answer any more/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'waits for what never comes',
    suiteOf("test('one', () => new Promise(() => {}));"),
    /^"one" fails, and this chat is right: it waits for something that does not come\. /,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'waits without a time-out',
    suiteOf("test('one', () => new Promise(() => {}), 0);"),
    /^The suite waits for something that never comes, and no time-out ends that/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'turns in a circle for ever',
    suiteOf("test('one', async () => { for (;;) await new Promise((go) => setImmediate(go)); });"),
    /^"one" fails, and this chat is right: it waits for something that does not come\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'fills the memory',
    suiteOf(
      "test('one', async () => { const all = []; for (;;) { all.push('x'.repeat(1e6) + Math.random(), Buffer.alloc(1e7, 1)); await new Promise((go) => setImmediate(go)); } });",
    ),
    /^The suite ran out of memory\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'rejects, and nobody catches it',
    suiteOf(
      HELPERS,
      RIGHT,
      "test('two', () => { void Promise.reject(new Error('lost')); expect(1).toBe(1); });",
    ),
    /^Something goes wrong outside of the tests, and this chat is right: Error: lost \(.*suite\.test\.ts:\d+\)$/,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'has a test that cannot fail',
    suiteOf(
      HELPERS,
      RIGHT,
      "test('two', async () => { const { texts } = await open(); expect(texts).toBeDefined(); });",
    ),
    /^"two" passes where nobody greets and where it hangs up\. So it can't fail\.$/,
    OK,
    OK,
  ],
  [
    'sleeps',
    suiteOf(HELPERS, RIGHT.replace("await once(socket, 'message');", 'await sleep(200);')),
    OK,
    /^"it greets once" fails, and it should pass where it greets late: AssertionError/,
    OK,
  ],
  [
    'sleeps for long',
    suiteOf(HELPERS, RIGHT.replace("await once(socket, 'message');", 'await sleep(7000);')),
    /^The suite waited for 7\.\d s, and this chat answers at once\./,
    NOT_TRIED,
    NOT_TRIED,
  ],
  [
    'has a port of its own',
    suiteOf(HELPERS, RIGHT.replace('open()', 'open(8080)')),
    OK,
    /^The suite listens on port 8080, and here somebody else does\./,
    OK,
  ],
  [
    'notices nothing',
    suiteOf(
      HELPERS,
      "test('one', async () => { const { socket } = await open(); await once(socket, 'message'); });",
    ),
    OK,
    OK,
    UNNOTICED,
  ],
  [
    'leaves fakes and changes behind',
    suiteOf(
      HELPERS,
      RIGHT,
      "afterEach(() => { vi.useFakeTimers(); Date.now = () => 5; globalThis.setTimeout = () => {}; WebSocket.prototype.send = () => {}; process.env.PORT = '1'; });",
    ),
    OK,
    OK,
    OK,
  ],
  [
    'counts how often it runs',
    suiteOf(
      HELPERS,
      "import { existsSync, writeFileSync } from 'node:fs';",
      `const mark = '${join(folder, 'mark')}';`,
      "const isFirst = !existsSync(mark); writeFileSync(mark, '');",
      RIGHT.replace('expect(texts)', "if (!isFirst) throw new Error('again'); expect(texts)"),
    ),
    /^"it greets once" fails, and it passed when it ran the first time: Error: again /,
    /it should pass where it greets late/,
    OK,
  ],
  [
    'prints without end',
    suiteOf(
      HELPERS,
      "console.log('x'.repeat(1e6));",
      RIGHT,
      'for (let n = 0; n < 1e5; n += 1) console.log(n);',
    ),
    OK,
    OK,
    OK,
  ],
  [
    'talks to the check in its own words',
    suiteOf(
      "process.send({ type: 'suite', run: { id: '', tests: [{ name: 'x', state: 'pass' }], errors: [], ports: [] } });",
    ),
    /^(There is no test in it\.|Something goes wrong outside)/,
    NOT_TRIED,
    NOT_TRIED,
  ],
];

/** Judges a suite. @param titles of the tests that are asked for: else all */
async function judgeText(text: string, titles?: string[]): Promise<TestResult[]> {
  const about = exercise({
    folder: 'exercises/broken',
    title: 'Broken',
    parts: [suite('suite.test.ts', ABOUT)],
  });
  const limits = titles ? { tests: titles } : {};
  const { tests } = await withText(text, 'suite.test.ts', (file) =>
    judge.judge(about, { 'suite.test.ts': file }, limits),
  );
  return tests;
}

describe.concurrent('a suite', () => {
  test.each(SUITES)('that %s', async (_, text, ...sentences) => {
    for (const [at, { sentence }] of (await judgeText(text)).entries()) {
      if (sentences[at] === OK) expect(sentence).toBe(OK);
      else expect(sentence).toMatch(sentences[at]);
    }
  });

  test('that fails, where some titles are asked for, tells why under the first of them', async () => {
    const text = suiteOf("test('one', () => {", '  expect(1).toBe(2);', '});');
    const titles = [ABOUT.right.title, ...ABOUT.wrong.map(({ title }) => title)];
    const [first, ...others] = await judgeText(text, titles);
    expect(first?.sentence).toMatch(
      /^"one" fails, and this chat is right: AssertionError: expected 1 to be 2/,
    );
    expect(others.map(({ sentence }) => sentence)).toEqual(['Not tried: mend the tests above first.']);
  });
});
