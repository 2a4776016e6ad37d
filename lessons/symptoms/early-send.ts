/** send() before the handshake is done. */
import { once } from 'node:events';
import { showSymptom } from './lab.ts';

await showSymptom('Too early', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  wss.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
  const client = connect(url);
  try {
    client.send('hello');
  } catch (error) {
    say('client', String(error));
  }
  client.on('open', () => client.send('hello, later'));
  await once(client, 'message');
});
