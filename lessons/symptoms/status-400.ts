/** Status 400: the server listens for another path. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('400 on the upgrade', async ({ serve, connect, say }) => {
  const { url } = await serve({ path: '/chat' });
  await untilClosed(connect(url));
  const right = connect(`${url}/chat`);
  await once(right, 'open');
  say('client', 'open, at /chat');
});
