/** Status 403: the page comes from a site that the server does not let in. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { portOf, showSymptom, untilClosed } from './lab.ts';

await showSymptom('403 on the upgrade', async ({ connect, say, atEnd }) => {
  const server = createServer();
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, tcp, head) => {
    tcp.on('error', () => tcp.destroy());
    if (request.headers.origin === 'https://chat.example') {
      wss.handleUpgrade(request, tcp, head, (socket) => socket.send('Welcome'));
    } else {
      say('server', `Origin: ${request.headers.origin}`);
      tcp.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(() => server.close());
  const url = `ws://127.0.0.1:${portOf(server)}`;
  await untilClosed(connect(url, { origin: 'https://evil.example' }));
  const own = connect(url, { origin: 'https://chat.example' });
  await once(own, 'message');
});
