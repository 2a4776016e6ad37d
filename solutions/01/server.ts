import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ServerMessage } from '#lessons/02/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const GREETING = 'Welcome to Echo WebSocket Server!';

const server = await serveLesson('lessons/02');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = new Date().toISOString();
    if (isBinary) {
      send(socket, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });
    } else {
      send(socket, { type: 'echo', message: data.toString(), at });
    }
  });

  send(socket, { type: 'welcome', message: GREETING, at: new Date().toISOString() });
});

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
