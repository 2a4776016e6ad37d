// Right in another way: one map only, searched from name to connection, and a short function for each error.
import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse } from '#lessons/05/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const wss = new WebSocketServer({ server: await serveLesson('lessons/05') });
const names = new Map<WebSocket, string>();

/** The connection whose name this is, in any case. */
const find = (name: string) =>
  [...names].find(([, other]) => other.toLowerCase() === name.toLowerCase())?.[0];

wss.on('connection', (socket) => {
  socket.on('error', () => {});

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(String(data));
    if (typeof received === 'string') return refuse(received);
    const name = names.get(socket);

    if (received.type === 'join') {
      const owner = find(received.username);
      if (owner && owner !== socket) return refuse('username-taken');
      names.set(socket, received.username);
      say([socket], 'joined', { username: received.username, usernames: [...names.values()] });
      tellOthers(`${received.username} is here.`);
    } else if (name === undefined) {
      refuse('not-joined');
    } else if (received.type === 'chat') {
      say([...names.keys()], 'chat', { username: name, message: received.message });
    } else {
      const other = find(received.to);
      if (!other) return refuse('unknown-user');
      const people = other === socket ? [socket] : [socket, other];
      say(people, 'private', { from: name, to: names.get(other), message: received.message });
    }
  });

  socket.on('close', () => {
    if (names.delete(socket)) tellOthers('Somebody left.');
  });

  const refuse = (code: ErrorCode) => say([socket], 'error', { code, message: ERROR_TEXTS[code] });

  const tellOthers = (message: string) =>
    say(
      [...names.keys()].filter((other) => other !== socket),
      'system',
      { message, usernames: [...names.values()] },
    );
});

function say(to: WebSocket[], type: string, fields: object): void {
  const text = JSON.stringify({ type, ...fields, at: new Date() });
  for (const socket of to) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
