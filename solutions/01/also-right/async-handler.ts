// Right in another way: the handler is async, and it looks at the clock before it waits for anything.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const wss = new WebSocketServer({ server: await serveLesson('lessons/02') });

wss.on('connection', (socket) => {
  const say = (type: string, message: string, more: object = {}) =>
    socket.send(JSON.stringify({ at: new Date().toISOString(), ...more, type, message }));
  socket.on('error', () => {});
  socket.on('message', async (data, isBinary) => {
    const at = new Date().toISOString();
    await sleep(1);
    if (isBinary) return say('error', 'Text, please.', { code: 'not-text', at });
    say('echo', String(data), { at });
  });
  say('welcome', 'Hello!');
});
