// Right in another way: no shared code, a port of its own, and what came is read by hand.
import { type WebSocket, WebSocketServer } from 'ws';

type Fields = Record<string, unknown>;

const owners = new Map<string, WebSocket>();
const names = new WeakMap<WebSocket, string>();
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
    owners.delete(key(name));
    for (const other of owners.values()) {
      send(other, { type: 'system', message: `Bye, ${name}!`, usernames: list() });
    }
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
function act(socket: WebSocket, { type, username, to, message }: Fields): string {
  if (type === 'join') return typeof username === 'string' ? join(socket, tidy(username)) : 'bad-message';
  const isText = typeof message === 'string' && message !== '' && message.length <= 2000;
  if (!isText || (type !== 'chat' && (type !== 'private' || typeof to !== 'string'))) return 'bad-message';
  const from = names.get(socket);
  if (from === undefined) return 'not-joined';
  if (type === 'chat') {
    for (const other of owners.values()) send(other, { type, username: from, message });
    return '';
  }
  const receiver = owners.get(key(tidy(String(to))));
  if (!receiver) return 'unknown-user';
  const copy = { type, from, to: names.get(receiver), message, at: new Date() };
  send(receiver, copy);
  if (receiver !== socket) send(socket, copy);
  return '';
}

function join(socket: WebSocket, name: string): string {
  if (!/^(?!\p{M})[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]{1,20}$/u.test(name))
    return 'bad-username';
  if ((owners.get(key(name)) ?? socket) !== socket) return 'username-taken';
  const before = names.get(socket);
  if (before !== undefined) owners.delete(key(before));
  names.set(socket, name);
  owners.set(key(name), socket);
  for (const other of owners.values()) {
    if (other === socket) send(other, { type: 'joined', username: name, usernames: list() });
    else send(other, { type: 'system', message: `Hello, ${name}!`, usernames: list() });
  }
  return '';
}

function list(): string[] {
  return [...owners.values()].flatMap((socket) => names.get(socket) ?? []);
}

function tidy(name: string): string {
  return name
    .slice(0, 1000)
    .normalize('NFKC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

function key(name: string): string {
  return name.toLowerCase();
}

function send(socket: WebSocket, message: Fields): void {
  socket.send(JSON.stringify({ at: new Date(), ...message }));
}
