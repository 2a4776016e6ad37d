import type { Equivalent } from '#shared/tools/mutants.ts';

const wording = 'The texts of news, and the reasons of goodbyes, are free.';
const patience =
  'The task gives 5 seconds. How much sooner a connection ends is free, and the timer of one that has ended does nothing.';
const memory =
  'A number that nobody needs any more may stay: it takes memory, and changes nothing that one can see.';
const near = 'A thousandth more or less: what lies within one token is free.';
const address = 'Each connection has an address. What stands for none is never used.';

const ADDRESS = "const address = request.socket.remoteAddress ?? '';";
const TURN_AWAY = "dismiss(socket, 1013, 'Too many from your address.');";
const TOO_MANY = "else dismiss(socket, 1008, 'Too many errors.');";
const LEFT = 'const left = (counts.get(address) ?? 0) - 1;';
const SET = 'if (left > 0) counts.set(address, left);';
const FILL = 'tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);';
const TIMER = 'const timer = setTimeout(() => socket.terminate(), PATIENCE);';
const CLEAR = "socket.on('close', () => clearTimeout(timer));";
const ANNOUNCE =
  'announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);';
const PING = "if (received.type === 'ping') return send(socket, { type: 'pong', at: now() });";
const NEVER = 'received satisfies never; // A new type in the protocol is an error here, until we handle it.';
const RECEIVED = "const received = isBinary ? 'not-text' : parse(data.toString());";

/** [the line, what becomes of it, why nobody can tell] */
const all: [string, string, string][] = [
  ['const PATIENCE = 2_000;', 'const PATIENCE = 2001;', patience],
  ['const PATIENCE = 2_000;', 'const PATIENCE = (1999);', patience],
  [TIMER, 'const timer = setTimeout(() => socket.terminate());', patience],
  [CLEAR, ';', patience],
  [CLEAR, "socket.on('', () => clearTimeout(timer));", patience],
  [ADDRESS, 'const address = request.socket.remoteAddress;', address],
  [ADDRESS, "const address = request.socket.remoteAddress ?? 'mutant';", address],
  [TURN_AWAY, 'dismiss(socket, 1013);', wording],
  [TURN_AWAY, "dismiss(socket, 1013, '');", wording],
  [TOO_MANY, 'else dismiss(socket, 1008);', wording],
  [TOO_MANY, "else dismiss(socket, 1008, '');", wording],
  ['socket.close(code, reason);', 'socket.close(code);', wording],
  [
    RECEIVED,
    RECEIVED.replace('.toString()', ''),
    'JSON.parse turns a Buffer into a text by itself. Only the types forbid it.',
  ],
  ...['(counts.get(address))', '(counts.get(address) ?? 1)', '(counts.get(address) ?? (-1))'].map(
    (changed): [string, string, string] => [
      LEFT,
      LEFT.replace('(counts.get(address) ?? 0)', changed),
      'Who leaves here was counted: there is a number.',
    ],
  ),
  ...['true', 'left >= 0', 'left > (-1)'].map((changed): [string, string, string] => [
    SET,
    SET.replace('left > 0', changed),
    memory,
  ]),
  [FILL, FILL.replace('1000', '1001'), near],
  [FILL, FILL.replace('1000', '(999)'), near],
  [
    'if (tokens < cost) return false;',
    'if (tokens < cost) return;',
    'Nothing is as good as false where somebody asks whether.',
  ],
  ['return false;', 'return;', 'Nothing is as good as false where somebody asks whether.'],
  [PING, PING.replace("received.type === 'ping'", 'true'), 'The protocol has no other type.'],
  [
    NEVER,
    NEVER.replace('received satisfies never', ''),
    'The protocol has no other type. That it has none, the type checker watches.',
  ],
  [ANNOUNCE, 'announce((`${username} joined.`), socket);', wording],
  [ANNOUNCE, 'announce((`${before} is now ${username}.`), socket);', wording],
  [ANNOUNCE, ANNOUNCE.replace('===', '!=='), wording],
  [
    'return new Date().toISOString();',
    'return new Date();',
    'JSON.stringify writes a Date in the same way as toISOString does.',
  ],
];

export const equivalent: Equivalent[] = all.map(([before, after, why]) => ({
  mutant: `${before}  →  ${after}`,
  why,
}));
