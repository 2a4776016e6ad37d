import type { Equivalent } from '#shared/tools/mutants.ts';

const page = 'Which page is served, and with which pulse, is no behaviour that the task asks for.';
const limit = 'The task states no limit in bytes. The reference has one, and a KiB more or less is as good.';
const wording = 'The wording of system messages is free.';
const realClock = 'The check has a clock of its own, and does not wait for the real one.';
const SERVE =
  "const server = await serveLesson('lessons/09', { instead: { 'lessons/09/pulse.ts': 'exercises/08/pulse.ts' }, });";
const INSTEAD = "instead: { 'lessons/09/pulse.ts': 'exercises/08/pulse.ts' },";
const ANNOUNCE =
  'announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);';
const NEVER =
  'else received satisfies never; // A new type in the protocol is an error here, until we handle it.';
const PING = "else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });";

export const equivalent: Equivalent[] = [
  { mutant: `${SERVE}  →  const server = await serveLesson('lessons/09');`, why: page },
  { mutant: `${INSTEAD}  →  instead: { '': 'exercises/08/pulse.ts' },`, why: page },
  { mutant: `${INSTEAD}  →  instead: { 'lessons/09/pulse.ts': '' },`, why: page },
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((changed) => ({
    mutant: `const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });  →  const wss = new WebSocketServer({ server, maxPayload: ${changed} });`,
    why: limit,
  })),
  {
    mutant: 'const EVERY = 5_000;  →  const EVERY = (4999);',
    why: 'The task says "at least every 5 seconds", and an answer within 5 seconds is known by then, but for a millisecond.',
  },
  {
    mutant:
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    why: 'JSON.parse turns a Buffer into a string by itself. Only the types forbid it.',
  },
  ...[
    `${PING}  →  ${PING.replace("received.type === 'ping'", 'true')}`,
    `${NEVER}  →  ${NEVER.replace('received satisfies never', '')}`,
  ].map((mutant) => ({
    mutant,
    why: 'The protocol has no other type. That it has none, the type checker watches.',
  })),
  {
    mutant: 'return;  →  ;',
    why: 'After terminate() nothing can be sent, and the close event clears the timer that is started once more.',
  },
  ...[
    'announce((`${username} joined.`), socket);',
    'announce((`${before} is now ${username}.`), socket);',
    'announce(before !== undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);',
  ].map((changed) => ({ mutant: `${ANNOUNCE}  →  ${changed}`, why: wording })),
  { mutant: 'return false;  →  return;', why: 'Nothing is as good as false where somebody asks whether.' },
  {
    mutant: 'return new Date().toISOString();  →  return new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  { mutant: 'now: () => Date.now(),  →  now: () => Date,', why: realClock },
  {
    mutant: 'setTimeout: (work, ms) => setTimeout(work, ms),  →  setTimeout: (work, ms) => setTimeout(work),',
    why: realClock,
  },
];
