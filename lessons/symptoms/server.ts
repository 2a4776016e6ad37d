/** The server beside the index: each address shows one thing that goes wrong, and at all others nothing does. */
import { type WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

const server = await serveLesson('lessons/symptoms');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });
/** Those who want to know with which code somebody left. */
const watchers = new Set<WebSocket>();

wss.on('connection', (socket, request) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });

  switch (request.url) {
    case '/bytes':
      socket.send(Buffer.from('hi'));
      break;
    case '/cut':
      socket.terminate();
      break;
    case '/two-servers':
      // What the second of two servers on one HTTP server does to the connection of the first.
      request.socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      break;
    case '/watch':
      watchers.add(socket);
      socket.on('close', () => watchers.delete(socket));
      break;
    case '/watched':
      socket.on('close', (code) => {
        for (const watcher of watchers) watcher.send(`The server sees code ${code}.`);
      });
      break;
    default:
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
});
