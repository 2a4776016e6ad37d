import type { Equivalent } from '#shared/tools/mutants.ts';

const border =
  'The border is done, and it is what the exercise before was about. Whoever is polite, as all are here, does not meet it.';
const near =
  'What lies near a limit is free: nobody is ever so near to it that a message more or less tells.';
const tick = 'A millisecond is less than what the check can tell from a tick that began earlier.';
const memory =
  'Whoever has gone may stay in this set: it takes memory and a tick, and changes nothing that one can see.';

/** [why nobody can tell, the line, what may become of it] */
const all: [why: string, line: string, becomes: string[]][] = [
  [
    border,
    'server.maxConnections = 2_000;',
    [';', 'server.maxConnections = 2001;', 'server.maxConnections = (1999);'],
  ],
  [
    border,
    'const wss = new WebSocketServer({ server, maxPayload: 16 * 1024, maxFragments: 100 });',
    [
      'const wss = new WebSocketServer({ server, maxPayload: 17 * 1024, maxFragments: 100 });',
      'const wss = new WebSocketServer({ server, maxPayload: 16 * 1025, maxFragments: 100 });',
      'const wss = new WebSocketServer({ server, maxPayload: (15) * 1024, maxFragments: 100 });',
      'const wss = new WebSocketServer({ server, maxPayload: 16 * (1023), maxFragments: 100 });',
      'const wss = new WebSocketServer({ server, maxPayload: 16 * 1024, maxFragments: 101 });',
      'const wss = new WebSocketServer({ server, maxPayload: 16 * 1024, maxFragments: (99) });',
    ],
  ],
  [
    border,
    'const log = createLog(console.log, createBucket(1_000, 10));',
    [
      'const log = createLog(console.log, createBucket(1_000));',
      'const log = createLog(console.log, createBucket(1001, 10));',
      'const log = createLog(console.log, createBucket(1_000, 11));',
      'const log = createLog(console.log, createBucket((999), 10));',
      'const log = createLog(console.log, createBucket(1_000, (9)));',
    ],
  ],
  [tick, 'const TICK = 50;', ['const TICK = (49);']],
  [
    near,
    'const [BUSY, MOST_WAITING] = [64 * 1024, 1024 * 1024];',
    [
      'const [BUSY, MOST_WAITING] = [65 * 1024, 1024 * 1024];',
      'const [BUSY, MOST_WAITING] = [(63) * 1024, 1024 * 1024];',
      'const [BUSY, MOST_WAITING] = [64 * 1025, 1024 * 1024];',
      'const [BUSY, MOST_WAITING] = [64 * (1023), 1024 * 1024];',
      'const [BUSY, MOST_WAITING] = [64 * 1024, (1023) * 1024];',
      'const [BUSY, MOST_WAITING] = [64 * 1024, 1025 * 1024];',
      'const [BUSY, MOST_WAITING] = [64 * 1024, 1024 * 1025];',
      'const [BUSY, MOST_WAITING] = [64 * 1024, 1024 * (1023)];',
    ],
  ],
  [
    border,
    "wss.on('connection', (socket, { socket: { remoteAddress = '' } }) => {",
    ["wss.on('connection', (socket, { socket: { remoteAddress = 'mutant' } }) => {"],
  ],
  [
    border,
    "socket.on('error', (error) => log(`A client broke the protocol: ${error.message}`));",
    ["socket.on('error', (error) => log(''));"],
  ],
  [
    border,
    "dismiss(socket, 1013, 'Too many from your address.');",
    [
      ';',
      'dismiss(socket, 1013);',
      "dismiss(socket, 1014, 'Too many from your address.');",
      "dismiss(socket, (1012), 'Too many from your address.');",
      "dismiss(socket, 1013, '');",
    ],
  ],
  [border, 'if (!address) {', ['if (false) {']],
  [border, 'return;', [';']],
  [border, "log('A client arrived.');", [';', "log('');"]],
  [
    border,
    'const mayErr = createBucket(20, 1);',
    ['const mayErr = createBucket(20, 2);', 'const mayErr = createBucket(20, (0));'],
  ],
  [
    border,
    "const received = isBinary ? 'not-text' : parse(data.toString());",
    ["const received = isBinary ? 'not-text' : parse(data);"],
  ],
  [
    border,
    "else if (!mayAsk(received.type)) err('too-fast');",
    [
      'else if (!mayAsk(received.type)) ;',
      "else if (false) err('too-fast');",
      "else if (!mayAsk(received.type)) err('');",
    ],
  ],
  [
    border,
    "else if (!address.mayAsk(COSTS[received.type])) refuse(socket, 'too-fast');",
    [
      "else if (false) refuse(socket, 'too-fast');",
      'else if (!address.mayAsk(COSTS[received.type])) ;',
      'else if (!address.mayAsk(COSTS[received.type])) refuse(socket);',
      "else if (!address.mayAsk(COSTS[received.type])) refuse(socket, '');",
    ],
  ],
  [
    border,
    "socket.on('ping', () => { if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast'); });",
    [';'],
  ],
  [border, "socket.on('ping', () => {", ["socket.on('', () => {"]],
  [
    border,
    "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');",
    [
      "if (true) err('too-fast');",
      "if (false) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN || !mayAsk('ping')) err('too-fast');",
      "if (socket.readyState !== WebSocket.OPEN && !mayAsk('ping')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && mayAsk('ping')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('')) err('too-fast');",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) ;",
      "if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('');",
    ],
  ],
  [
    border,
    "else dismiss(socket, 1008, 'Too many errors.');",
    ['else dismiss(socket, 1008);', "else dismiss(socket, 1008, '');"],
  ],
  [border, 'address.leave();', [';', 'address;']],
  [border, 'log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);', [';', "log('');"]],
  [memory, 'behind.delete(socket);', [';']],
  [
    'The protocol has no other type.',
    "if (received.type === 'ping') return send(socket, { type: 'pong', at: now() });",
    ["if (true) return send(socket, { type: 'pong', at: now() });"],
  ],
  [
    'The protocol has no other type.',
    'received satisfies never; // A new type in the protocol is an error here, until we handle it.',
    ['; // A new type in the protocol is an error here, until we handle it.'],
  ],
  ['What was noted in the same moment has started the timer already.', 'begin();', [';']],
  ['Whose point is gone is left out anyway.', 'moved.delete(username);', [';']],
  [
    memory,
    'if (behind.size > 0) begin();',
    ['if (true) begin();', 'if (behind.size >= 0) begin();', 'if (behind.size > (-1)) begin();'],
  ],
  [near, 'if (socket.bufferedAmount > BUSY) {', ['if (socket.bufferedAmount >= BUSY) {']],
  [
    'Whoever has moved has a point, and a point has both.',
    'const [x, y] = points.get(name) ?? [];',
    ['const [x, y] = points.get(name);'],
  ],
  [
    'Whoever has moved has a point, and a point has both.',
    'return x === undefined || y === undefined ? [] : [[name, x, y]];',
    ['return ([[name, x, y]]);', 'return x === undefined && y === undefined ? [] : [[name, x, y]];'],
  ],
  ['Nothing is as good as false where somebody asks whether.', 'return false;', ['return;']],
  [
    'ws discards what is sent to somebody who has gone.',
    'if (socket.readyState !== WebSocket.OPEN) return;',
    ['if (false) return;', 'if (socket.readyState !== WebSocket.OPEN) ;'],
  ],
  [
    near,
    'if (socket.bufferedAmount > MOST_WAITING) socket.terminate();',
    ['if (socket.bufferedAmount >= MOST_WAITING) socket.terminate();'],
  ],
  [border, 'socket.close(code, reason);', ['socket.close(code);']],
  [
    border,
    'const timer = setTimeout(() => socket.terminate(), 2_000);',
    [
      'const timer = setTimeout(() => socket.terminate());',
      'const timer = setTimeout(() => socket, 2_000);',
      'const timer = setTimeout(() => socket.terminate(), 2001);',
      'const timer = setTimeout(() => socket.terminate(), (1999));',
    ],
  ],
  [
    border,
    "socket.on('close', () => clearTimeout(timer));",
    [';', "socket.on('', () => clearTimeout(timer));"],
  ],
  [
    'JSON.stringify writes a Date in the same way as toISOString does.',
    'return new Date().toISOString();',
    ['return new Date();'],
  ],
];

export const equivalent: Equivalent[] = all.flatMap(([why, line, becomes]) =>
  becomes.map((after) => ({ mutant: `${line}  →  ${after}`, why })),
);
