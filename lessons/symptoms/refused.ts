/** ECONNREFUSED: nobody listens there. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Nobody listens', async ({ serve, connect }) => {
  const { wss, url } = await serve();
  wss.close(); // Now the port is free again.
  await once(wss, 'close');
  await untilClosed(connect(url));
});
