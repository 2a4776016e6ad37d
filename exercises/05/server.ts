import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

// What you need from the protocol: the types, the limit, and `parse`, which tells a message from nonsense.
//   import { ERROR_TEXTS, type Line, MAX_LINES, parse, type ServerMessage } from '#lessons/06/protocol.ts';

// The page of lesson 06, with the client.ts that stands beside this file.
const server = await serveLesson('lessons/06', { client: 'exercises/05/client.ts' });
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

// TODO 1: what must the server remember, so that it can show the canvas to a newcomer?

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (_data, _isBinary) => {
    // TODO 4: refuse what is no line and no clear: `parse` says what is wrong with it.
    // TODO 2: a line gets the next seq, is remembered, and goes to everyone. Keep no more than MAX_LINES.
    // TODO 3: a clear gets the next seq, too. What else does it do?
  });

  // TODO 1: send the newcomer the canvas as it is now.
});
