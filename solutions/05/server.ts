import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type Line, MAX_LINES, parse, type ServerMessage } from '#lessons/06/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/06', { client: 'solutions/05/client.ts' });
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** All that a newcomer must know: the lines, the oldest first, and the number of the last change. */
const lines: Line[] = [];
let seq = 0;

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') {
      const at = new Date().toISOString();
      send(socket, { type: 'error', code: received, message: ERROR_TEXTS[received], at });
      return;
    }
    seq += 1;
    if (received.type === 'clear') {
      lines.length = 0;
      broadcast({ type: 'clear', seq });
    } else {
      const { type, ...line } = received;
      lines.push(line);
      if (lines.length > MAX_LINES) lines.shift();
      broadcast({ type, seq, ...line });
    }
  });

  send(socket, { type: 'canvas', lines, seq });
});

function broadcast(message: ServerMessage): void {
  const text = JSON.stringify(message);
  for (const client of wss.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  }
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
