import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

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

  // A stranger wrote the reason. `quoted` keeps it on one line, and shows what a terminal would obey.
  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });

  socket.send('Welcome to Echo WebSocket Server!');
});
