/** Code 1009: a message that is longer than the other end allows. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1009', async ({ serve, connect, say }) => {
  const { wss, url } = await serve({ maxPayload: 1024 });
  wss.on('connection', (socket) => {
    socket.on('error', ({ message }) => say('server', `error: ${message}`));
  });
  const client = connect(url);
  await once(client, 'open');
  client.send('x'.repeat(1025));
  await untilClosed(client);
});
