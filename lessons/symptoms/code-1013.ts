/** Code 1013: the server is full. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1013', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  wss.on('connection', (socket) => {
    if (wss.clients.size > 1) socket.close(1013, 'Full. Try again later.');
  });
  const first = connect(url);
  await once(first, 'open');
  say('client', 'the first one is open');
  await untilClosed(connect(url));
});
