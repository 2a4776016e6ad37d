/** Code 1008: a rule of the server, which the client has not kept. */
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1008', async ({ serve, connect }) => {
  const { wss, url } = await serve();
  wss.on('connection', (socket, { url }) => {
    if (!url?.includes('ticket=')) socket.close(1008, 'Log in first.');
  });
  await untilClosed(connect(url));
});
