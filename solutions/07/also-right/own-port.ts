// Right in another way: no page, a port of its own, texts read by hand, and a Map from numbers to texts that are JSON already.
import { randomUUID } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import { normaliseUsername } from '#lessons/08/protocol.ts';

type Fields = Record<string, unknown>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const epoch = randomUUID();
/** What was said, as JSON, by its number; and the ids, by theirs. */
const history = new Map<number, string>();
const ids = new Map<number, string>();
const numbers = new Map<string, number>();
const sockets = new Map<string, WebSocket>();
const names = new WeakMap<WebSocket, string>();
let next = 1;

const wss = new WebSocketServer({ port: 8080, maxPayload: 100_000 });
console.log('Listening on 8080.');

wss.on('connection', (socket) => {
  socket.onerror = () => {};

  socket.onmessage = ({ data }) => {
    const answer = typeof data === 'string' ? read(data) : 'not-text';
    const code = typeof answer === 'string' ? answer : act(socket, answer);
    if (code !== '') send(socket, { type: 'error', code, message: `That was wrong: ${code}.` });
  };

  socket.onclose = () => {
    const name = names.get(socket);
    if (name === undefined) return;
    sockets.delete(name.toLowerCase());
    for (const other of sockets.values())
      send(other, { type: 'system', message: `Bye, ${name}!`, usernames: list() });
  };
});

/** Gives the object in a text, or an error code. */
function read(text: string): Fields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value ?? {})) : 'bad-message';
}

/** Does what a message asks for. Gives an error code, or '' where all is well. */
function act(socket: WebSocket, { type, username, message, id, epoch: theirs, seq }: Fields): string {
  if (type === 'join') return typeof username === 'string' ? join(socket, username) : 'bad-message';
  const own = names.get(socket);
  if (type === 'since') {
    const isEpoch = typeof theirs === 'string' && (theirs === '' || UUID.test(theirs));
    if (!isEpoch || typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return 'bad-message';
    return own === undefined
      ? 'not-joined'
      : catchUp(socket, theirs === epoch && isKept(seq) ? seq : undefined);
  }
  if (type !== 'chat' || typeof id !== 'string' || !UUID.test(id)) return 'bad-message';
  if (typeof message !== 'string' || message === '' || message.length > 2000) return 'bad-message';
  if (own === undefined) return 'not-joined';
  send(socket, { type: 'ack', id, seq: numbers.get(id) ?? say(id, own, message) });
  return '';
}

function say(id: string, username: string, message: string): number {
  const seq = next;
  next += 1;
  const said = JSON.stringify({ seq, username, message, at: new Date() });
  history.set(seq, said);
  ids.set(seq, id);
  numbers.set(id, seq);
  history.delete(seq - 1000);
  numbers.delete(ids.get(seq - 1000) ?? '');
  ids.delete(seq - 1000);
  for (const other of sockets.values()) other.send(`{"type":"chat",${said.slice(1)}`);
  return seq;
}

/** Whether what comes after a number is there, or nothing comes after it so far. */
function isKept(seq: number): boolean {
  return history.has(seq + 1) || seq === next - 1;
}

function catchUp(socket: WebSocket, seq: number | undefined): string {
  const start = seq ?? Math.max(0, next - 1 - 100);
  const texts = Array.from({ length: 100 }, (_, at) => history.get(start + 1 + at) ?? []).flat();
  const end = `"messages":[${texts}],"last":${next - 1},"at":${JSON.stringify(new Date())}}`;
  socket.send(seq === undefined ? `{"type":"snapshot","epoch":"${epoch}",${end}` : `{"type":"missed",${end}`);
  return '';
}

function join(socket: WebSocket, wanted: string): string {
  const name = normaliseUsername(wanted);
  if (name === undefined) return 'bad-username';
  if ((sockets.get(name.toLowerCase()) ?? socket) !== socket) return 'username-taken';
  sockets.delete(names.get(socket)?.toLowerCase() ?? '');
  names.set(socket, name);
  sockets.set(name.toLowerCase(), socket);
  for (const other of sockets.values()) {
    if (other === socket) send(other, { type: 'joined', username: name, usernames: list() });
    else send(other, { type: 'system', message: `Hello, ${name}!`, usernames: list() });
  }
  return '';
}

function list(): string[] {
  return [...sockets.values()].flatMap((socket) => names.get(socket) ?? []);
}

function send(socket: WebSocket, message: Fields): void {
  socket.send(JSON.stringify({ at: new Date(), ...message }));
}
