import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

// The messages that this server should send. TypeScript then tells you when one of them is not right:
//   import type { ServerMessage } from '#lessons/02/protocol.ts';

const server = await serveLesson('lessons/02');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    // TODO 3: answer a binary message with an error message.
    // TODO 2: answer a text with an echo message: JSON, with the time at which the text arrived.
    if (isBinary) {
      socket.send(data);
    } else {
      socket.send(`Echo: ${data}`);
    }
  });

  // TODO 1: make this a welcome message: JSON, with the time.
  socket.send('Welcome to Echo WebSocket Server!');
});
