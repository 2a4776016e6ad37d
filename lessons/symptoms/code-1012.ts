/** Code 1012: the server restarts, and says so before it goes. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1012', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  await once(client, 'open');
  for (const socket of wss.clients) socket.close(1012, 'A new version starts.');
  await untilClosed(client);
  const again = connect(url);
  await once(again, 'open');
  say('client', 'open again');
});
