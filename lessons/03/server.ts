import { WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { ERROR_TEXTS, parse, type ServerMessage } from './protocol.ts';

const server = await serveLesson('lessons/03');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = now();
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') {
      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });
      return;
    }
    broadcast({ type: 'chat', username: received.username, message: received.message, at });
  });

  // When this runs, ws has taken the socket out of wss.clients: the count is already right.
  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const online = wss.clients.size;
    broadcast({ type: 'system', message: `A user left. ${online} user(s) online`, online, at: now() });
  });

  const online = wss.clients.size;
  const at = now();
  send(socket, { type: 'system', message: `Welcome! ${online} user(s) online`, online, at });
  broadcast({ type: 'system', message: `A new user joined. ${online} user(s) online`, online, at }, socket);
});

/** Sends to every client that is OPEN, but for one. The message is encoded once, not once for each. */
function broadcast(message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const client of wss.clients) {
    if (client !== except && client.readyState === WebSocket.OPEN) client.send(text);
  }
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
