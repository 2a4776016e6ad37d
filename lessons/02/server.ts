import { type WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { ERROR_TEXTS, type ServerMessage } from './protocol.ts';

const server = await serveLesson('lessons/02');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = now();
    if (isBinary) {
      send(socket, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });
    } else {
      send(socket, { type: 'echo', message: data.toString(), at });
    }
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });

  send(socket, { type: 'welcome', message: 'Welcome to Echo WebSocket Server!', at: now() });
});

/** The server's clock, in UTC with milliseconds: 2026-11-22T20:16:37.123Z */
function now(): string {
  return new Date().toISOString();
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
