/** Two WebSocket servers on one HTTP server: both answer each upgrade. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { portOf, showSymptom, untilClosed } from './lab.ts';

await showSymptom('Two servers, one upgrade', async ({ connect, atEnd }) => {
  const server = createServer();
  const chat = new WebSocketServer({ server, path: '/chat' });
  new WebSocketServer({ server, path: '/game' }); // This one answers the upgrade to /chat, too: with 400.
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(() => server.close());
  const client = connect(`ws://127.0.0.1:${portOf(server)}/chat`);
  await untilClosed(client);
  for (const socket of chat.clients) socket.terminate();
});
