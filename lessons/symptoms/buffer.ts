/** A text arrives as a Buffer. */
import { once } from 'node:events';
import { inspect } from 'node:util';
import { showSymptom } from './lab.ts';

await showSymptom('A message is a Buffer', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  const opens = once(client, 'open');
  const [socket] = await once(wss, 'connection');
  await opens;
  client.send('hi');
  const [data, isBinary] = await once(socket, 'message');
  say('console.log(data)', inspect(data));
  say('data === "hi"', String(data === 'hi'));
  say('JSON.stringify(data)', JSON.stringify(data));
  say('data.toString()', data.toString());
  say('isBinary', String(isBinary));
});
