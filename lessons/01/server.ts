import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/01');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

wss.on('connection', (socket) => {
  console.log('A client arrived.');

  // Without this listener one broken frame ends the whole process, for everybody.
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  // `data` is a Buffer, for a text too: `isBinary` tells which of the two the client sent.
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      socket.send(data);
    } else {
      socket.send(`Echo: ${data}`);
    }
  });

  // A stranger wrote the reason. %O shows its control characters and does not let the terminal obey them.
  socket.on('close', (code, reason) => console.log('A client left: code %d, reason %O.', code, `${reason}`));

  socket.send('Welcome to Echo WebSocket Server!');
});
