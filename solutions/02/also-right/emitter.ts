// Right in another way: an EventEmitter carries what is said, and each connection listens for itself.
import { EventEmitter } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, parse } from '#lessons/03/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const room = new EventEmitter<{ said: [text: string] }>();
room.setMaxListeners(0);

const wss = new WebSocketServer({ server: await serveLesson('lessons/03'), maxPayload: 100_000 });

wss.on('connection', (socket: WebSocket) => {
  const online = () => room.listenerCount('said');
  const hear = (text: string) => socket.send(text, () => {});

  room.emit('said', news('A new user joined.', online() + 1));
  room.on('said', hear);
  hear(news('Welcome!', online()));

  socket.on('error', (error) => console.log(error.message));
  socket.once('close', () => {
    room.off('said', hear);
    room.emit('said', news('A user left.', online()));
  });
  socket.on('message', (data, isBinary) => {
    const at = new Date().toISOString();
    const said = isBinary ? 'not-text' : parse(String(data));
    if (typeof said === 'string') {
      hear(JSON.stringify({ type: 'error', code: said, message: ERROR_TEXTS[said], at }));
    } else {
      room.emit('said', JSON.stringify({ type: 'chat', ...said, at }));
    }
  });
});

function news(what: string, online: number): string {
  const message = `${what} ${online} user(s) online`;
  return JSON.stringify({ type: 'system', message, online, at: new Date().toISOString() });
}
