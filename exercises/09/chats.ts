/**
 * The chats that a suite is run against in exercise 09. You learn most when you find out by yourself what can go wrong: as
 * long as your suite does not pass the check, do not read on.
 */
import type { Program } from '#shared/check/suite-about.ts';

/** A chat, as changes of lesson 10's: each a text that occurs once in the file, and what stands there instead. */
function chat(name: string, ...edits: [file: string, find: string, replace: string][]): Program {
  return { name, edits: edits.map(([file, find, replace]) => ({ file: `${file}.ts`, find, replace })) };
}

const START = '/** Lets people talk on this HTTP server.';
const ARRIVES = '    keepAlive(socket, { clock, random });\n';
const HANDLER = "    socket.on('message', (data, isBinary) => {\n";
const SAYS = "if (isNew) broadcast(room, { type: 'chat', seq, ...said });";
const ACKS = "  send(socket, { type: 'ack', id, seq, at: room.now() });\n";
const SENDS = 'if (socket !== except && socket.readyState === WebSocket.OPEN) socket.send(text);';
const ANSWERS = '  socket.send(JSON.stringify(message));\n';
const LEAVES = "    socket.on('close', (code, reason) => {\n";
const TAKEN = 'if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;';
const REFUSES = "  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: room.now() });\n";
const UNNAMED =
  "  if (username === undefined) {\n    refuse(room, socket, 'not-joined');\n    return;\n  }\n  const said";
const PAGE = 'messages: kept.slice(seq - before, seq - before + page), last };';
const SINCE = 'if (theirs !== epoch || seq < before || seq > last) {';
const KNOWN = 'if (known !== undefined) return { seq: known, isNew: false };';

/** The real timers, as they are before a test fakes them. */
const LATER = 'const { setTimeout: later, setImmediate: soon } = globalThis;\n\n';
/** Each message is handled so much later, in the same order. */
const handlesLate = (wait: string): [string, string, string][] => [
  ['chat', START, `${LATER}${START}`],
  ['chat', HANDLER, `${HANDLER.replace('(data, isBinary) =>', 'async (data, isBinary) =>')}      ${wait}\n`],
];
/** Whatever is sent to every second client goes so much later, in the same order. */
const sendsLate = (ms: number): [string, string, string][] => [
  ['chat', START, `${LATER}const waits = new WeakMap<WebSocket, number>();\n\n${START}`],
  ['chat', ARRIVES, `${ARRIVES}    waits.set(socket, wss.clients.size % 2 === 0 ? ${ms} : 1);\n`],
  ['chat', SENDS, 'if (socket !== except) later(() => socket.send(text), waits.get(socket));'],
  ['chat', ANSWERS, '  later(() => socket.send(JSON.stringify(message)), waits.get(socket));\n'],
];

/** Chats that are right: a suite passes with each of them. */
export const right = [
  chat(
    'each message is handled 250 ms later',
    ...handlesLate('await new Promise((go) => void later(go, 250));'),
  ),
  chat(
    'every second client gets all 250 ms later, and a leaving is noticed as late',
    ...sendsLate(250),
    ['chat', LEAVES, LEAVES.replace('(code, reason) => {', '(code, reason) => void later(() => {')],
    [
      'chat',
      '      announce(room, `${username} left.`);\n    });',
      '      announce(room, `${username} left.`);\n    }, 250));',
    ],
  ),
  chat(
    'each message is handled some turns of the event loop later',
    ...handlesLate('for (let turn = 0; turn < 20; turn += 1) await new Promise((go) => void soon(go));'),
  ),
  chat(
    'messages have more fields, and there are more types of them',
    [
      'chat',
      "    log('A client arrived.');\n",
      `    log('A client arrived.');\n    socket.send('{"type":"hello","server":"chat"}');\n`,
    ],
    [
      'chat',
      HANDLER,
      `${HANDLER}      socket.send(JSON.stringify({ type: 'typing', usernames: [], at: now() }));\n`,
    ],
    ['chat', ANSWERS, '  socket.send(JSON.stringify({ ...message, lang: "en", seen: [] }));\n'],
    [
      'chat',
      '  const text = JSON.stringify(message);\n',
      '  const text = JSON.stringify({ room: "lobby", ...message });\n',
    ],
  ),
  chat(
    'the acknowledgement comes first, names come in another order, and the sentences are others',
    ['chat', `  ${SAYS}\n${ACKS}`, `${ACKS}  ${SAYS}\n`],
    [
      'chat',
      'usernames: [...room.usernames.values()], at: room.now() });\n  announce',
      'usernames: [...room.usernames.values()].reverse(), at: room.now() });\n  announce',
    ],
    [
      'chat',
      '  const usernames = [...room.usernames.values()];\n',
      '  const usernames = [...room.usernames.values()].sort();\n  message = `News: ${message}`;\n',
    ],
    ['protocol', "'not-joined': 'Choose a name first.'", "'not-joined': 'Who are you?'"],
    ['protocol', "'This is not JSON.'", "'What?'"],
  ),
  { name: 'the port is taken', arePortsTaken: true },
];

/** What the chat is made of does nothing, either: a test may ask it without a connection. */
const nothing: [string, string, string][] = [
  [
    'history',
    '    add(id, said) {\n',
    '    add(id, said) {\n      if (id !== undefined) return { seq: 0, isNew: false };\n',
  ],
  [
    'history',
    '    since(theirs, seq) {\n',
    "    since(theirs, seq) {\n      if (seq !== undefined) return { type: 'missed', messages: [], last: 0 };\n",
  ],
  ['heartbeat', '  let isAlive = true;\n', '  if (socket !== undefined) return;\n  let isAlive = true;\n'],
  [
    'protocol',
    '  const value = parseJson(text);\n  if (value === undefined) return',
    "  const value = parseJson(text);\n  if (text !== undefined) return 'not-text';\n  if (value === undefined) return",
  ],
  [
    'protocol',
    '  const trimmed = username.trim();\n',
    '  const trimmed = username.trim();\n  if (trimmed !== undefined) return undefined;\n',
  ],
];
const ALL = "  wss.on('connection', (socket) => {\n";

/** Chats that do nothing. No test passes with both. */
export const dead = [
  chat('nobody answers', ['chat', ALL, `${ALL}    if (socket) return;\n`], ...nothing),
  chat(
    'everybody is turned away',
    ['chat', ALL, `${ALL}    if (socket.terminate() === undefined) return;\n`],
    ...nothing,
  ),
];

/** Wrong chats. A suite fails with each of them. */
export const wrong = [
  {
    title: 'it notices when a message does not reach everybody, or reaches somebody else',
    missed: 'a message does not reach everybody, or reaches somebody whom it should not reach',
    programs: [
      chat('the sender does not hear it', ['chat', SAYS, SAYS.replace('...said });', '...said }, socket);')]),
      chat(
        'who has not joined hears it',
        ['chat', '  history: History;\n', '  history: History;\n  everyone: Set<WebSocket>;\n'],
        [
          'chat',
          'history: createHistory(), now };',
          'history: createHistory(), now, everyone: wss.clients };',
        ],
        ['chat', 'for (const socket of room.usernames.keys()) {', 'for (const socket of room.everyone) {'],
      ),
      chat('two of them hear it', [
        'chat',
        'for (const socket of room.usernames.keys()) {',
        'for (const socket of [...room.usernames.keys()].slice(0, 2)) {',
      ]),
      chat('all hear the acknowledgement', [
        'chat',
        ACKS,
        "  broadcast(room, { type: 'ack', id, seq, at: room.now() });\n",
      ]),
    ],
  },
  {
    title: 'it notices when a message is said twice',
    missed: 'a message that is sent again is said again',
    programs: [
      chat('each time', ['chat', SAYS, SAYS.replace('if (isNew) ', '')]),
      chat('where another one came between', [
        'history',
        '      numbers.set(id, last);\n',
        '      numbers.clear();\n      numbers.set(id, last);\n',
      ]),
      chat(
        'on another connection',
        ['chat', '  history: History;\n', '  history: History;\n  links: WeakMap<WebSocket, number>;\n'],
        [
          'chat',
          'history: createHistory(), now };',
          'history: createHistory(), now, links: new WeakMap() };',
        ],
        [
          'chat',
          "    log('A client arrived.');\n",
          "    log('A client arrived.');\n    room.links.set(socket, Math.random());\n",
        ],
        ['chat', 'room.history.add(id, said);', 'room.history.add(`${room.links.get(socket)}${id}`, said);'],
      ),
      chat('late', ...sendsLate(200), ['chat', SAYS, SAYS.replace('if (isNew) ', '')]),
    ],
  },
  {
    title: 'it notices when a number or an acknowledgement is wrong',
    missed: 'a number or an acknowledgement is wrong, or does not come',
    programs: [
      chat('the first number is 0', ['history', '  let last = 0;\n', '  let last = -1;\n']),
      chat('what is sent again takes a number', [
        'history',
        KNOWN,
        'if (known !== undefined) {\n        last += 1;\n        return { seq: known, isNew: false };\n      }',
      ]),
      chat('what is sent again has the newest number', [
        'history',
        KNOWN,
        KNOWN.replace('seq: known', 'seq: last'),
      ]),
      chat('what is sent again has no acknowledgement', ['chat', ACKS, `  if (isNew)${ACKS}`]),
    ],
  },
  {
    title: 'it notices when what was missed does not come, or not in its order',
    missed: 'what was missed does not come, comes in another order, or there is a gap that nobody is told of',
    programs: [
      chat('the first is left out', ['history', PAGE, PAGE.replace('seq - before,', 'seq - before + 1,')]),
      chat('the newest comes first', ['history', PAGE, PAGE.replace('+ page)', '+ page).reverse()')]),
      chat('the newest page', ['history', PAGE, 'messages: kept.slice(seq - before).slice(-page), last };']),
      chat('whatever the epoch is', [
        'history',
        SINCE,
        'if ((theirs !== epoch && theirs === "") || seq < before || seq > last) {',
      ]),
    ],
  },
  {
    title: 'it notices when a name is taken twice, or is not free again',
    missed: 'two have the same name, or a name that is free is refused',
    programs: [
      chat('a name is never looked at', ['chat', TAKEN, 'if (socket === self && other === "") return true;']),
      chat('capitals make another name', [
        'chat',
        TAKEN,
        'if (socket !== self && other === username) return true;',
      ]),
      chat(
        'who has left keeps it',
        ['chat', 'type Room = {\n', 'type Room = {\n  all: Set<string>;\n'],
        ['chat', 'const room: Room = { ', 'const room: Room = { all: new Set(), '],
        [
          'chat',
          '  room.usernames.set(socket, username);\n',
          '  room.usernames.set(socket, username);\n  room.all.add(username);\n',
        ],
        [
          'chat',
          '  for (const [socket, other] of room.usernames) {\n',
          '  if (room.all.has(username) && room.usernames.get(self) !== username) return true;\n  for (const [socket, other] of room.usernames) {\n',
        ],
      ),
      chat('nobody may write the own name in capitals', [
        'chat',
        TAKEN,
        TAKEN.replace('socket !== self && ', ''),
      ]),
    ],
  },
  {
    title: 'it notices when a silent link is kept, or a living one is ended',
    missed: 'a silent link is kept, or ended late, or a living one is ended',
    programs: [
      chat('it is kept', [
        'heartbeat',
        '    if (!isAlive) {\n',
        '    if (!isAlive && socket.readyState !== socket.OPEN) {\n',
      ]),
      chat('its end is waited for', ['heartbeat', 'socket.terminate();', 'socket.close();']),
      chat('it is kept for long', ['heartbeat', 'const EVERY = 5_000;', 'const EVERY = 20_000;']),
      chat('a living one is ended', [
        'heartbeat',
        "  socket.on('pong', () => {\n    isAlive = true;\n",
        "  socket.on('pong', () => {\n    isAlive = false;\n",
      ]),
    ],
  },
  {
    title: 'it notices when bad input does more than get an error',
    missed: 'bad input does more than get an error, or gets none',
    programs: [
      chat('it ends the connection', ['chat', REFUSES, `${REFUSES}  socket.close();\n`]),
      chat('all hear of it', [
        'chat',
        REFUSES,
        `${REFUSES}  broadcast(room, { type: 'error', code, message: ERROR_TEXTS[code], at: room.now() }, socket);\n`,
      ]),
      chat(
        'who has no name may talk',
        ['chat', UNNAMED, '  const said'],
        ['chat', 'const said = { username,', "const said = { username: username ?? 'Anonymous',"],
      ),
      chat('text that is no JSON gets no answer', [
        'chat',
        "if (typeof received === 'string') refuse",
        "if (received === 'not-json') return;\n      if (typeof received === 'string') refuse",
      ]),
    ],
  },
];
