import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, parse, type ServerMessage } from '#lessons/04/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/04');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

// TODO 1: where does the server keep the name of each connection?

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = now();
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') {
      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });
    } else if (received.type === 'join') {
      // TODO 1: keep received.username, and answer with `joined`.
      // TODO 2: tell the others who joined.
      // TODO 5: refuse a name that somebody else has.
      // TODO 7: who joins again changes the name.
    } else {
      // TODO 3: everyone is Anonymous here. Who is speaking?
      // TODO 4: refuse who has not joined.
      broadcast({ type: 'chat', username: 'Anonymous', message: received.message, at });
    }
  });

  socket.on('close', () => {
    // TODO 8: who left? Forget the name, and tell the others.
    broadcast({ type: 'system', message: 'A user left.', usernames: [], at: now() });
  });

  // TODO 4: who has only connected has not joined yet. What is there to say, and to whom?
  send(socket, { type: 'system', message: 'Welcome!', usernames: [], at: now() });
  broadcast({ type: 'system', message: 'A new user joined.', usernames: [], at: now() }, socket);
});

/** Sends to every client that is OPEN, but for one. TODO 4: who should hear? */
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
