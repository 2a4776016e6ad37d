/** Code 1011: the server's own code has failed. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1011', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  wss.on('connection', (socket) => {
    socket.on('message', (data) => {
      try {
        JSON.parse(data.toString()).user.name.trim();
      } catch (error) {
        say('server', String(error));
        socket.close(1011, 'The server could not handle this.');
      }
    });
  });
  const client = connect(url);
  await once(client, 'open');
  client.send('{}');
  await untilClosed(client);
});
