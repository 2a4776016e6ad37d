// Right in another way: one list that never loses anything, of which only the end is looked at, ids and all.
import { randomUUID } from 'node:crypto';
import { WebSocket, WebSocketServer } from 'ws';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode, parse, type Said } from '#lessons/08/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const wss = new WebSocketServer({ server: await serveLesson('lessons/08') });
const epoch = randomUUID();
const all: (Said & { id: string })[] = [];
const people = new Set<{ socket: WebSocket; name: string }>();

wss.on('connection', (socket) => {
  const me = { socket, name: '' };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(String(data));
    const code = typeof received === 'string' ? received : handle(received);
    if (code) tell(socket, 'error', { code, message: ERROR_TEXTS[code] });
  });
  socket.on('close', () => {
    if (people.delete(me))
      for (const one of people) tell(one.socket, 'system', { message: 'Bye.', ...list() });
  });

  function handle(received: ClientMessage): ErrorCode | undefined {
    if (received.type === 'join') return join(received.username);
    if (!people.has(me)) return 'not-joined';
    if (received.type === 'since') {
      const { seq } = received;
      const oldest = Math.max(0, all.length - 1000);
      const isRight = received.epoch === epoch && oldest <= seq && seq <= all.length;
      if (isRight) tell(socket, 'missed', { messages: all.slice(seq, seq + 100), last: all.length });
      else tell(socket, 'snapshot', { epoch, messages: all.slice(-100), last: all.length });
      return undefined;
    }
    const { id, message } = received;
    const at = all.findLastIndex((one, index) => one.id === id && index >= all.length - 1000);
    const seq = at < 0 ? all.length + 1 : at + 1;
    if (at < 0) {
      const said = { seq, username: me.name, message, at: new Date().toISOString() };
      all.push({ ...said, id });
      for (const one of people) tell(one.socket, 'chat', said);
    }
    tell(socket, 'ack', { id, seq });
    return undefined;
  }

  function join(name: string): ErrorCode | undefined {
    const isTwin = (one: { name: string }) => one !== me && one.name.toLowerCase() === name.toLowerCase();
    if ([...people].some(isTwin)) return 'username-taken';
    me.name = name;
    people.add(me);
    tell(socket, 'joined', { username: name, ...list() });
    for (const one of people)
      if (one !== me) tell(one.socket, 'system', { message: `Hi, ${name}!`, ...list() });
    return undefined;
  }
});

function list(): { usernames: string[] } {
  return { usernames: [...people].map(({ name }) => name).sort() };
}

function tell(socket: WebSocket, type: string, fields: object): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ type, at: new Date().toISOString(), ...fields }));
}
