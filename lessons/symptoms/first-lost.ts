/** A listener that is added after an await: what came before is gone. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('The first message is lost', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  // As a query of a database: it has its answer a little later. Here, when the client's ping was answered.
  const findUser = () => once(client, 'pong');
  wss.on('connection', async (socket) => {
    await findUser();
    socket.on('message', (data) => {
      say('server', `heard: ${data}`);
      socket.close();
    });
    client.send('second');
  });
  client.on('open', () => {
    client.send('first');
    client.ping();
  });
  await untilClosed(client);
});
