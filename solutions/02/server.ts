import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, parse, type ServerMessage } from '#lessons/03/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/03');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = now();
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') {
      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });
    } else {
      broadcast({ type: 'chat', username: received.username, message: received.message, at });
    }
  });

  socket.on('close', () => broadcast(news('A user left.')));

  send(socket, news('Welcome!'));
  broadcast(news('A new user joined.'), socket);
});

/** Something that happened, and how many are online since. */
function news(what: string): ServerMessage {
  const online = wss.clients.size;
  return { type: 'system', message: `${what} ${online} user(s) online`, online, at: now() };
}

/** Sends to everyone who is OPEN, but for one. */
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
