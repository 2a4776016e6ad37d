import { WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { ERROR_TEXTS, type ErrorCode, type Line, MAX_LINES, parse, type ServerMessage } from './protocol.ts';

const server = await serveLesson('lessons/06');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** The canvas: its lines in the order in which everybody paints them, and the number of the last change. */
let lines: Line[] = [];
let seq = 0;

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'line') draw(received);
    else if (received.type === 'clear') clear();
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
  });

  // First the canvas as it is now. After this, every change: nothing is missing, and nothing comes twice.
  send(socket, { type: 'canvas', lines, seq });
});

function draw({ from, to, color, width }: Line): void {
  lines.push({ from, to, color, width });
  if (lines.length > MAX_LINES) lines.shift();
  seq += 1;
  broadcast({ type: 'line', seq, from, to, color, width });
}

function clear(): void {
  lines = [];
  seq += 1;
  broadcast({ type: 'clear', seq });
}

/** To everyone, the sender too: only the server knows the order of the lines, and all must paint in it. */
function broadcast(message: ServerMessage): void {
  const text = JSON.stringify(message);
  for (const client of wss.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  }
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: new Date().toISOString() });
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
