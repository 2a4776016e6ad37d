/** Two upgrade listeners, and both take the connection. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { portOf, showSymptom } from './lab.ts';

await showSymptom('Upgraded twice', async ({ connect, say, atEnd }) => {
  const server = createServer();
  for (const name of ['first', 'second']) {
    const wss = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, tcp, head) => {
      try {
        wss.handleUpgrade(request, tcp, head, (socket) => socket.send(`from the ${name} server`));
      } catch (error) {
        say('server', String(error)); // Without this, its process would end here.
      }
    });
  }
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(() => server.close());
  await once(connect(`ws://127.0.0.1:${portOf(server)}`), 'message');
});
