// Right in another way: async handlers, and a queue of promises that keeps their order.
import { setImmediate as pause } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type Line, MAX_LINES, parse } from '#lessons/06/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const painters = new Set<WebSocket>();
const lines = new Map<number, Line>();
let seq = 0;
let queue = Promise.resolve();

function inOrder(work: () => void): void {
  queue = queue.then(work).catch(console.error);
}

const wss = new WebSocketServer({ server: await serveLesson('lessons/06') });
wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log(error.message));
  socket.on('close', () => painters.delete(socket));
  socket.on('message', async (data, isBinary) => {
    await pause();
    inOrder(() => handle(socket, isBinary ? 'not-text' : parse(data.toString())));
  });
  inOrder(() => {
    socket.send(JSON.stringify({ type: 'canvas', lines: [...lines.values()], seq }));
    painters.add(socket);
  });
});

function handle(socket: WebSocket, message: ReturnType<typeof parse>): void {
  if (typeof message === 'string') {
    const at = new Date().toISOString();
    socket.send(JSON.stringify({ type: 'error', code: message, message: ERROR_TEXTS[message], at }));
    return;
  }
  seq += 1;
  if (message.type === 'clear') lines.clear();
  else lines.set(seq, message);
  const [oldest] = lines.keys();
  if (lines.size > MAX_LINES && oldest !== undefined) lines.delete(oldest);
  const text = JSON.stringify({ ...message, seq });
  for (const painter of painters) painter.send(text);
}
