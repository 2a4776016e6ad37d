import type { Equivalent } from '#shared/tools/mutants.ts';

const SERVE = "const server = await serveLesson('lessons/06', { client: 'solutions/05/client.ts' });";
const LIMIT = 'const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });';

/** A line of client.ts, and what becomes of it. */
const change = (line: string, ...parts: [from: string, to: string][]) =>
  parts.map(([from, to]) => `${line}  →  ${line.replace(from, to)}`);

const CLOSED = 'showConnection(socket.readyState, closeReason(event.code, event.reason));';
const SUBMIT = "tools.addEventListener('submit', (event) => event.preventDefault());";
const AGAIN = "find('#connect', HTMLButtonElement).addEventListener('click', () => { socket = connect(); });";
const AGAIN_START = "find('#connect', HTMLButtonElement).addEventListener('click', () => {";
const NOT_OPEN = 'if (socket.readyState !== WebSocket.OPEN) return false;';
const NOT_SENT = "if (!send({ type: 'line', ...line })) return;";
const IS_MINE = 'return mine[0] !== undefined && text(mine[0]) === text(line);';

/** These lines are in the starter already. The check is about what the learner writes. */
const given = [
  'showConnection(socket.readyState);  →  ;',
  "const received = typeof event.data === 'string' ? parseServerMessage(event.data) : undefined;  →  const received = (parseServerMessage(event.data));",
  ...change('if (received) receive(received);', ['received', 'true']),
  `socket.addEventListener('close', (event) => { ${CLOSED} });  →  ;`,
  ...change("socket.addEventListener('close', (event) => {", ["'close'", "''"]),
  `${CLOSED}  →  ;`,
  ...change(CLOSED, [', closeReason(event.code, event.reason)', ''], [', event.reason', '']),
  ...change(NOT_OPEN, ['socket.readyState !== WebSocket.OPEN', 'false'], [' false', ''], ['false', 'true']),
  ...change('return true;', [' true', ''], ['true', 'false']),
  `${SUBMIT}  →  ;`,
  ...change(
    SUBMIT,
    [', (event) => event.preventDefault()', ''],
    ["'submit'", "''"],
    ['event.preventDefault()', 'event'],
  ),
  `${AGAIN}  →  ;`,
  ...change(AGAIN, [', () => { socket = connect(); }', '']),
  ...change(AGAIN_START, [', HTMLButtonElement', ''], ["'click'", "''"], ["'#connect'", "''"]),
  'socket = connect();  →  ;',
];

/** The task leaves it open whether an own line is shown before the server has sent it back. */
const early = [
  ...change('if (isMine(message)) mine.shift();', ['isMine(message)', 'true']),
  ...change(NOT_SENT, ['!send', 'send'], [' return;', ' ;']),
  'drawing.showProvisional(mine);  →  ;',
  'mine.push(line);  →  ;',
  ...change(IS_MINE, ['&&', '||'], [') ===', ') !==']),
];

export const equivalent: Equivalent[] = [
  ...given.map((mutant) => ({ mutant, why: 'It is in the starter, and tested in lesson 06.' })),
  ...early.map((mutant) => ({ mutant, why: 'It changes only what is shown until an own line comes back.' })),
  {
    mutant: 'mine = [];  →  ;',
    why: 'The canvas comes first on each connection, and the check has one: nothing is on its way then.',
  },
  ...change("} else if (message.type === 'line') {", ["message.type === 'line'", 'true']).map((mutant) => ({
    mutant,
    why: 'The only other type is an error, and a page that is right gets none.',
  })),
  ...["const server = await serveLesson('lessons/06');", SERVE.replace("'solutions/05/client.ts'", "''")].map(
    (changed) => ({
      mutant: `${SERVE}  →  ${changed}`,
      why: 'The server is checked without its page, and the page on a server of its own.',
    }),
  ),
  ...['65 * 1024', '(63) * 1024', '64 * 1025', '64 * (1023)'].map((size) => ({
    mutant: `${LIMIT}  →  ${LIMIT.replace('64 * 1024', size)}`,
    why: 'The task states no limit. The reference has one, and a KiB more or less is as good.',
  })),
  {
    mutant:
      "const received = isBinary ? 'not-text' : parse(data.toString());  →  const received = isBinary ? 'not-text' : parse(data);",
    why: 'JSON.parse turns a Buffer into a text by itself. TypeScript refuses it all the same.',
  },
  {
    mutant: 'const at = new Date().toISOString();  →  const at = new Date();',
    why: 'JSON.stringify writes a Date in the same way as toISOString does.',
  },
  {
    mutant: 'if (client.readyState === WebSocket.OPEN) client.send(text);  →  if (true) client.send(text);',
    why: 'ws discards what is sent to a socket that is closing.',
  },
];
