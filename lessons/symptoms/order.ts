/** Handlers that wait: a message that needs longer is overtaken by the next one. */
import { once } from 'node:events';
import { showSymptom } from './lab.ts';

await showSymptom('In another order', async ({ serve, connect }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  const opens = once(client, 'open');
  const [socket] = await once(wss, 'connection');
  await opens;
  // As a query: that of the first message takes longer. Here, until the second one was answered.
  const query = (text: string) => (text === 'first' ? once(client, 'message') : Promise.resolve());
  socket.on('message', async (data: Buffer) => {
    await query(data.toString());
    socket.send(`answer to the ${data}`);
  });
  const both = new Promise<void>((resolve) => {
    client.on('message', (data) => data.toString().includes('first') && resolve());
  });
  for (const text of ['first', 'second']) client.send(text);
  await both;
});
