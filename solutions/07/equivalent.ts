import type { Equivalent } from '#shared/tools/mutants.ts';

const limit = 'The task states no limit of bytes. The reference has one, and a KiB more or less is as good.';
const wording = 'The sentence of a system message is free.';

const ANNOUNCE =
  'announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);';

const NEVER =
  'else received satisfies never; // A new type in the protocol is an error here, until we handle it.';

export const equivalent: Equivalent[] = [
  {
    mutant: 'return new Date().toISOString();  →  return new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  {
    mutant:
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    why: 'JSON.parse turns a Buffer into a text by itself. (TypeScript refuses it.)',
  },
  ...[
    'announce((`${username} joined.`), socket);',
    'announce((`${before} is now ${username}.`), socket);',
    'announce(before !== undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);',
  ].map((changed) => ({ mutant: `${ANNOUNCE}  →  ${changed}`, why: wording })),
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((changed) => ({
    mutant: `const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });  →  const wss = new WebSocketServer({ server, maxPayload: ${changed} });`,
    why: limit,
  })),
  ...[
    `else if (received.type === 'since') catchUp(socket, received.epoch, received.seq);  →  else if (true) catchUp(socket, received.epoch, received.seq);`,
    `${NEVER}  →  ${NEVER.replace('received satisfies never', '')}`,
  ].map((mutant) => ({
    mutant,
    why: 'The protocol has no other type. That it has none, the type checker watches.',
  })),
];
