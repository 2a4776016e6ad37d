import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS } from '#lessons/03/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

// There is more in the protocol: the types, and `parse`, which tells a message from nonsense.
//   import { ERROR_TEXTS, parse, type ServerMessage } from '#lessons/03/protocol.ts';

const server = await serveLesson('lessons/03');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const at = now();
    if (isBinary) {
      send(socket, { type: 'error', code: 'not-text', message: ERROR_TEXTS['not-text'], at });
    } else {
      // TODO 3: send what came to everyone, as a chat message.
      // TODO 4: who sends no name is Anonymous.
      // TODO 6 and 7: pass on what `parse` gives, or tell the sender what is wrong.
      send(socket, { type: 'echo', message: data.toString(), at });
    }
  });

  // TODO 5: when a client leaves, tell those who stay.

  // TODO 1: say how many are online.
  // TODO 2: tell the others, too.
  send(socket, { type: 'welcome', message: 'Welcome to Echo WebSocket Server!', at: now() });
});

// TODO 8: if you send in a loop, think of a client that is just closing.

/** Make it `message: ServerMessage`, and TypeScript tells you when a message is not right. */
function send(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
