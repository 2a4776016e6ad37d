/** The sentences for a learner: they name what is missing, what came instead, how often, and the learner's own line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exerciseOf, program, server, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { Room } from './room.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { Client } from './test-client.ts';
import type { TestResult } from './verdict.ts';

const { judge, shared } = useBench(10);

/** What the one test of an exercise finds. The server's connection handler has these lines. */
async function run(lines: string[], run: (room: Room) => Promise<void>): Promise<TestResult> {
  const { tests } = await judge(server(...lines), [exerciseTest('it', run)]);
  return tests[0] ?? expect.unreachable();
}

const sentence = async (...args: Parameters<typeof run>) => (await run(...args)).sentence;

const QUIET = 'and the server has nothing left to do';
/** Gives back each text as it came. */
const ECHO = "socket.on('message', (data) => socket.send(String(data)));";

describe('a message that is missing', () => {
  test.for<[what: string, act: (room: Room, bob: Client) => unknown]>([
    ['sends', (_, bob) => bob.send({ type: 'line', seq: 3 })],
    ['leaves', (_, bob) => bob.leaves()],
    ['vanishes', (_, bob) => bob.vanishes()],
    ['says goodbye', (_, bob) => bob.lingers()],
    ['lets carol connect', ({ connect }) => connect('carol')],
    ['breaks the protocol', ({ breakProtocol }) => breakProtocol('bob')],
  ])('is named, and nothing is blamed that came before somebody %s', async ([, act]) => {
    const result = await run([ECHO, "socket.on('error', () => {});"], async (room) => {
      const { connect } = room;
      const [alice, bob] = [await connect('alice'), await connect('bob')];
      alice.send({ type: 'line', seq: 1 });
      alice.send({ type: 'line', seq: 2 });
      await alice.receives({ type: 'line', seq: 2 });
      await act(room, bob);
      await alice.receives({ type: 'line', seq: 3 }, 'bob did it.');
    });
    expect(result).toMatchObject({
      passed: false,
      sentence: `bob did it. alice waits for {"type":"line","seq":3}, but nothing more came, ${QUIET}.`,
      expected: '{"type":"line","seq":3}',
    });
  });

  test('is compared with what came since people began to act, whoever acted last', async () => {
    const alone = async ({ connect }: Room) => {
      const alice = await connect('alice');
      await connect('bob');
      await alice.receives({ type: 'welcome', online: 2 });
    };
    expect(await sentence([`socket.send('{"type":"welcome","online":1}');`], alone)).toBe(
      'alice got a message of type "welcome", but its "online" is 1 and should be 2.',
    );
  });

  test('is compared with what came while the connection that others made was still new', async () => {
    const room = async ({ connect }: Room) => {
      const alice = await connect('alice');
      await alice.receives({ type: 'welcome' });
      await (await connect('bob')).leaves();
      await alice.receives({ type: 'left', online: 1 });
    };
    const tell = `for (const one of wss.clients) if (one !== socket) one.send('{"type":"left","online":2}');`;
    expect(await sentence([`socket.send('{"type":"welcome"}');`, tell], room)).toBe(
      'alice got a message of type "left", but its "online" is 2 and should be 1.',
    );
  });

  test.for([
    [['{"type":"chat","message":"hi"}'], 'The last message that came: {"type":"chat","message":"hi"}'],
    [['{"type":"a"}', '{"type":"b"}'], 'The last message that came: {"type":"b"}'],
    [
      [`{"type":"chat","x":"${'x'.repeat(300)}"}`],
      `The last message that came: {"type":"chat","x":"${'x'.repeat(99)}…`,
    ],
  ] as const)('is followed by what came last: %j', async ([sent, came]) => {
    const found = await sentence([ECHO], async ({ connect }) => {
      const alice = await connect('alice');
      for (const text of sent) alice.send(text);
      await alice.receives({ type: 'echo' });
    });
    expect(found).toBe(`alice waits for {"type":"echo"}, but nothing that fits came, ${QUIET}. ${came}`);
  });

  test('is named where an error came instead, or what is no object', async () => {
    const send =
      (text: string) =>
      async ({ connect }: Room) => {
        const alice = await connect('alice');
        alice.send(text);
        await alice.receives({ type: 'echo' });
      };
    expect(await sentence([ECHO], send('{"type":"error","code":"bad"}'))).toBe(
      'alice waits for {"type":"echo"}, but got the error "bad" instead.',
    );
    expect(await sentence([ECHO], send('[1]'))).toBe('alice got "[1]", which is not a JSON object.');
  });
});

describe('a rule', () => {
  const rule = (sent: string[], hold: (alice: Client) => void) =>
    run([ECHO], async ({ connect }) => {
      const alice = await connect('alice');
      for (const text of [...sent, '{"type":"end"}']) alice.send(text);
      await alice.receives({ type: 'end' });
      hold(alice);
    });
  const NEWS = '{"type":"news","n":1}';

  test.for([
    [0, 1, 'alice never got {"type":"news"}.'],
    [2, 1, 'alice got {"type":"news"} twice, not once.'],
    [3, 2, 'alice got {"type":"news"} 3 times, not twice.'],
    [1, 0, 'alice got {"type":"news"} once, not never.'],
  ] as const)('says how often it came: %i times, not %i', async ([came, wanted, words]) => {
    const result = await rule(Array(came).fill(NEWS), (alice) =>
      alice.exactly(wanted, { type: 'news' }, 'Once each.'),
    );
    expect(result.sentence).toBe(`Once each. ${words}`);
  });

  test('quotes what should never have come, and looks again when the test is over', async () => {
    const never = await rule([NEWS], (alice) => alice.never({ type: 'news' }, 'No news.'));
    expect(never.sentence).toBe(`No news. This came: ${NEWS}`);
    const later = await rule([], (alice) => {
      alice.never({ type: 'news' }, 'No news.');
      alice.send(NEWS);
    });
    expect(later.sentence).toBe(`No news. This came: ${NEWS}`);
  });

  test('quotes the words that should be in nothing, however far behind they are', async () => {
    const long = `{"type":"news","x":"${'x'.repeat(200)} the secret ${'y'.repeat(200)}"}`;
    const { sentence, conversation } = await rule([long], (alice) =>
      alice.neverHears('the secret', 'A leak.'),
    );
    expect(sentence).toMatch(/^A leak\. This came: …x+ the secret y+…$/);
    expect(conversation).toContainEqual(expect.objectContaining({ text: long, differs: 'the secret' }));
  });
});

test('the conversation has messages whole, and marks the field that is wrong', async () => {
  const text = `{"type":"canvas","lines":"${'x'.repeat(500)}","seq":3}`;
  const { conversation } = await run([ECHO], async ({ connect }) => {
    const alice = await connect('alice');
    alice.send(text);
    await alice.receives({ type: 'canvas', seq: 4 });
  });
  expect(conversation).toMatchObject([
    { kind: 'connected', who: 'alice' },
    { kind: 'sent', who: 'alice', text },
    { kind: 'received', who: 'alice', text, differs: '"seq":3' },
    { kind: 'missing', who: 'alice', expected: '{"type":"canvas","seq":4}', differs: '"seq"' },
  ]);
});

describe('an answer that does not run', () => {
  /** The verdict's problem, or the sentence of its first test. The file server.ts has a helper.ts beside it. */
  async function problem(text: string, helper: string, tests?: Parameters<typeof exerciseOf>[0]) {
    const folder = makeScratch();
    try {
      const file = join(folder, 'server.ts');
      await Promise.all([writeFile(file, text), writeFile(join(folder, 'helper.ts'), helper)]);
      const verdict = await shared.judge(exerciseOf(tests), { 'server.ts': file });
      const found = verdict.problem ?? verdict.tests.find(({ passed }) => !passed)?.sentence;
      return found?.replace(/\.answers\/\S*\/(?=\w+\.ts)/g, '');
    } finally {
      await removeScratch(folder);
    }
  }
  const HELPER = [
    'type Word = string;',
    '',
    'export function help(word: Word) {',
    '  throw new Error(word);',
    '}',
  ];
  const helper = HELPER.join('\n');

  test('because a helper throws: the helper’s own line', async () => {
    const text = program("import { help } from './helper.ts';", "help('no luck');");
    expect(await problem(text, helper)).toBe('The server crashed at its start: Error: no luck (helper.ts:4)');
  });

  test('because a helper throws later, on a message', async () => {
    const text = `import { help } from './helper.ts';\n${server("socket.on('message', () => help('late'));")}`;
    const say = exerciseTest('it', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send('hi');
      await alice.receives({ type: 'echo' });
    });
    expect(await problem(text, helper, [say])).toBe('The server crashed: Error: late (helper.ts:4)');
  });

  test.for([
    [
      "import leftPad from 'left-pad/sub.js'; leftPad();",
      'imports the package left-pad, which is not installed.',
    ],
    ["import { pad } from '@left/pad'; pad();", 'imports the package @left/pad, which is not installed.'],
    [
      "const { pad } = await import('left-pad'); pad();",
      'imports the package left-pad, which is not installed.',
    ],
    [
      "import { help } from 'helper.ts'; help();",
      'imports the package helper.ts, which is not installed. The path of a file begins with ./ or ../.',
    ],
    ["import { x } from './nothing.ts'; x();", 'imports ./nothing.ts, but there is no such file.'],
    [
      "import { x } from '#lessons/99/protocol.ts'; x();",
      'imports #lessons/99/protocol.ts, but there is no such file.',
    ],
    ["import { foo } from './helper.ts'; foo();", 'imports { foo } from helper.ts, which has no export foo.'],
    [
      "import foo from './helper.ts'; foo();",
      'imports the default of helper.ts, which has no default export.',
    ],
    ["import { foo } from 'ws'; foo();", 'imports { foo } from ws, which has no export foo.'],
    ["import { foo } from 'node:fs'; foo();", 'imports { foo } from node:fs, which has no export foo.'],
  ] as const)('because of %s', async ([line, words]) => {
    expect(await problem(program(line), helper)).toBe(`server.ts:2 ${words}`);
  });

  test('because of what its helper imports: the helper’s own line', async () => {
    const text = program("import './helper.ts';");
    expect(await problem(text, "\nimport pad from 'left-pad'; pad();")).toBe(
      'helper.ts:2 imports the package left-pad, which is not installed.',
    );
    expect(await problem(text, "\nimport { foo } from 'ws'; foo();")).toBe(
      'helper.ts:2 imports { foo } from ws, which has no export foo.',
    );
    expect(await problem(text, '\nconst x = ;')).toBe('helper.ts:2 does not parse: Unexpected ";"');
  });

  test('because nobody listens to the errors of a socket', async () => {
    const breaks = exerciseTest('it', async ({ breakProtocol }) => {
      await breakProtocol('mallory');
    });
    expect(await problem(server(''), helper, [breaks])).toBe(
      "The server crashed: a frame that breaks the protocol makes its socket emit 'error' (Invalid WebSocket frame: MASK must be set), and no listener handles it. (server.ts)",
    );
    // An error of the server's own is none of these.
    const own = server("socket.on('error', () => { throw new RangeError('mine'); });");
    expect(await problem(own, helper, [breaks])).toBe('The server crashed: RangeError: mine (server.ts:4)');
  });
});
