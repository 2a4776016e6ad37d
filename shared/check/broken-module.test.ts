/** The check of a module, against modules that are broken: it says what is wrong, and never hangs or leaves anything behind. */
import { describe, expect, test } from 'vitest';
import { program, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ModuleRoom } from './module-room.ts';
import { WrongAnswer } from './problems.ts';

const { judgeModule } = useBench(8);

const OK = undefined;
const NOT_TRIED = /^Not tried: /;

/** The second is enough to see what a broken module does to those that follow. */
const TESTS = [
  exerciseTest<ModuleRoom>('it connects', async ({ make, server }) => {
    await make('open', {}, { onOpen: [['send', 'hello']] });
    if (server.heard().join() !== 'hello') throw new WrongAnswer('The server heard nothing.');
  }),
  exerciseTest<ModuleRoom>('it speaks', async ({ make, server, pass }) => {
    const client = await make('open');
    await pass(1000);
    await client.call('send', 'late');
    if (server.heard().join() !== 'late') throw new WrongAnswer('The server heard nothing late.');
  }),
];

/** A module whose `open` has these lines. The first of them is line 3 of the file. */
function opens(...lines: string[]): string {
  return program('export function open(url, { WebSocket, clock, onOpen }) {', ...lines, '}');
}

const GOOD = [
  'const socket = new WebSocket(url);',
  "socket.addEventListener('open', () => onOpen?.());",
  'return { send: (text) => socket.send(text) };',
];

const BROKEN: [name: string, text: string, ...sentences: (RegExp | undefined)[]][] = [
  ['is right', opens(...GOOD), OK, OK],
  [
    'does not parse',
    program('const x = ;'),
    /module\.ts:2 does not parse: /,
    /module\.ts:2 does not parse: /,
  ],
  [
    'throws',
    program("throw new Error('no luck');"),
    /^The module crashed at its start: Error: no luck \(.*module\.ts:2\)$/,
    /crashed at its start/,
  ],
  [
    'ends the process',
    program('process.exit(3);'),
    /^The module's process ended by itself, with exit code 3\.$/,
    /exit code 3/,
  ],
  [
    'never loads',
    program('await new Promise(() => {});'),
    /module\.ts is never loaded: does it wait/,
    /is never loaded/,
  ],
  [
    'exports something else',
    program('export const opn = 1;'),
    /^The module exports no function open\.$/,
    /exports no function open/,
  ],
  [
    'gives nothing',
    opens('new WebSocket(url);'),
    /^The server heard nothing\.$/,
    /^What it gives has no method send\.$/,
  ],
  [
    'throws when it is called',
    opens("throw new TypeError('no');"),
    /^The module crashed: TypeError: no \(.*module\.ts:3\)$/,
    /TypeError: no/,
  ],
  [
    'throws in a timer',
    opens(...GOOD.slice(0, 2), "clock.setTimeout(() => { throw new Error('late'); }, 10);", GOOD[2] ?? ''),
    OK,
    /^The module crashed: Error: late \(.*module\.ts:5\)$/,
  ],
  [
    'has no listener for errors',
    opens("new WebSocket('ws://127.0.0.1:1');", ...GOOD),
    /^The module crashed: a socket emits 'error' \(connect ECONNREFUSED.*\), and no listener handles it/,
    /emits 'error'/,
  ],
  [
    'loops',
    opens('for (;;);'),
    /^The module does not answer any more: is there an endless loop in .*module\.ts\?$/,
    NOT_TRIED,
  ],
  [
    'storms',
    opens(
      "const again = () => new WebSocket(url.replace(/:\\d+/, ':1')).on('error', () => {}).on('close', again); again();",
      ...GOOD,
    ),
    /^It connected more than 20 times while no time passed\./,
    NOT_TRIED,
  ],
  [
    'runs a timer for ever',
    opens(...GOOD.slice(0, 2), 'const tick = () => clock.setTimeout(tick, 0.5); tick();', GOOD[2] ?? ''),
    OK,
    /^In 1000 ms more than 1000 timers ran\./,
  ],
];

describe.concurrent('a module', () => {
  test.each(BROKEN)('that %s', async (_, text, ...sentences) => {
    const { tests } = await judgeModule(text, TESTS);
    for (const [at, { sentence }] of tests.entries()) {
      if (sentences[at] === OK) expect(sentence).toBe(OK);
      else expect(sentence).toMatch(sentences[at]);
    }
  });
});

test('a function that takes options alone gets no address', async () => {
  const tests = [
    exerciseTest<ModuleRoom>('it is called', async (room) => {
      const made = await room.makeOffline('open', { ms: 30 }, { onOpen: [] });
      await room.pass(29);
      if (made.told('onOpen').length > 0) throw new WrongAnswer('It was called too early.');
      await room.pass(1);
      if (made.told('onOpen').join() !== '1') throw new WrongAnswer('It was not called with what it got.');
    }),
  ];
  const text = program(
    'export function open(...all) { const [{ clock, ms, onOpen }] = all;',
    'clock.setTimeout(() => onOpen(all.length), ms); }',
  );
  const { tests: results } = await judgeModule(text, tests);
  expect(results[0]?.sentence).toBeUndefined();
});
