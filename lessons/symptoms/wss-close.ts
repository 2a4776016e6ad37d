/** wss.close() waits for the clients, and sends none of them away. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('close() does not end', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  await once(client, 'open');
  const closed = new Promise<void>((resolve) => wss.close(() => resolve()));
  await sleep(1000); // It would wait for ever. Here, for a second.
  say('server', `after 1 s: not closed, clients: ${wss.clients.size}`);
  for (const socket of wss.clients) socket.close(1001, 'The server stops.');
  await Promise.all([untilClosed(client), closed]);
  say('server', 'closed');
});
