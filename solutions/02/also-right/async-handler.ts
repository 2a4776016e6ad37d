// Right in another way: all handlers are async. Each client's messages wait for the one before, so they stay in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { type ErrorCode, parse } from '#lessons/03/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const wss = new WebSocketServer({ server: await serveLesson('lessons/03') });

wss.on('connection', async (socket) => {
  let last: Promise<void> = Promise.resolve();
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    const at = new Date();
    last = last.then(() => hear(socket, isBinary ? 'not-text' : parse(`${data}`), at));
  });
  socket.on('close', async () => {
    await sleep(1);
    const online = wss.clients.size;
    tell([...wss.clients], { type: 'system', message: `A user left. ${online} user(s) online`, online });
  });
  const online = wss.clients.size;
  const others = [...wss.clients].filter((client) => client !== socket);
  await sleep(1);
  tell(others, { type: 'system', message: `A new user joined. ${online} user(s) online`, online });
  tell([socket], { type: 'system', message: `Welcome! ${online} user(s) online`, online });
});

async function hear(
  socket: WebSocket,
  said: ErrorCode | { username: string; message: string },
  at: Date,
): Promise<void> {
  await sleep(1);
  if (typeof said === 'string') tell([socket], { type: 'error', code: said, message: said, at });
  else tell([...wss.clients], { type: 'chat', ...said, at });
}

function tell(sockets: WebSocket[], message: object): void {
  const text = JSON.stringify({ at: new Date(), ...message });
  for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
