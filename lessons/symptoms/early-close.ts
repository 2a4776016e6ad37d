/** close() before the handshake is done. */
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Closed too early', async ({ serve, connect }) => {
  const { url } = await serve();
  const client = connect(url);
  client.close();
  await untilClosed(client);
});
