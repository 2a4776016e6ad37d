// Right in another way: no page and no shared code, everyone has a number, and every check is done by hand.
import { type WebSocket, WebSocketServer } from 'ws';

const sockets = new Map<number, WebSocket>();
const usernames = new Map<number, string>();
let arrivals = 0;

const BLANKS = /\p{Zs}+/gu;
const NAME = /^(?!\p{M})[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]{1,20}$/u;

const wss = new WebSocketServer({ port: 8080, clientTracking: false });
console.log('Listening on 8080.');

wss.on('connection', (socket) => {
  arrivals += 1;
  const id = arrivals;
  sockets.set(id, socket);
  socket.onerror = () => {};
  socket.onclose = () => {
    sockets.delete(id);
    const username = usernames.get(id);
    if (username === undefined) return;
    usernames.delete(id);
    sendTo([...usernames.keys()], { type: 'system', message: `-${username}`, ...list() });
  };
  socket.onmessage = ({ data }) => {
    const code = hear(id, data);
    if (code) sendTo([id], { type: 'error', code, message: `This is wrong: ${code}` });
  };
});

/** Does what a message says, or gives the code of what is wrong with it. */
function hear(id: number, data: unknown): string | undefined {
  if (typeof data !== 'string') return 'not-text';
  let fields: Map<string, unknown>;
  try {
    const value: unknown = JSON.parse(data);
    if (!(value instanceof Object) || Array.isArray(value)) return 'bad-message';
    fields = new Map(Object.entries(value));
  } catch {
    return 'not-json';
  }
  const message = fields.get('message');
  const wanted = fields.get('username');
  const own = usernames.get(id);
  switch (fields.get('type')) {
    case 'chat':
      if (typeof message !== 'string' || message === '' || message.length > 2000) return 'bad-message';
      if (own === undefined) return 'not-joined';
      sendTo([...usernames.keys()], { type: 'chat', username: own, message });
      return undefined;
    case 'join': {
      if (typeof wanted !== 'string') return 'bad-message';
      const username = wanted.normalize('NFKC').replace(BLANKS, ' ').trim();
      if (!NAME.test(username)) return 'bad-username';
      const isTwin = ([other, name]: [number, string]) =>
        other !== id && name.toLowerCase() === username.toLowerCase();
      if ([...usernames].some(isTwin)) return 'username-taken';
      usernames.set(id, username);
      sendTo([id], { type: 'joined', username, ...list() });
      const others = [...usernames.keys()].filter((other) => other !== id);
      sendTo(others, {
        type: 'system',
        message: own === undefined ? `+${username}` : `${own}=${username}`,
        ...list(),
      });
      return undefined;
    }
    default:
      return 'bad-message';
  }
}

function list(): { usernames: string[] } {
  return { usernames: [...usernames.values()].reverse() };
}

function sendTo(ids: number[], message: object): void {
  for (const id of ids) sockets.get(id)?.send(JSON.stringify({ ...message, at: new Date().toJSON() }));
}
