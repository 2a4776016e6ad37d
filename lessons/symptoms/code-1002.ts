/** Code 1002: one end sends bytes that are no frame. */
import { once } from 'node:events';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Code 1002', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const client = connect(url);
  const [socket, { socket: tcp }] = await once(wss, 'connection');
  const left = once(socket, 'close');
  tcp.write(Buffer.from([0x83, 0x02, 0x68, 0x69])); // Opcode 3. No such frame exists.
  await untilClosed(client);
  const [code] = await left;
  say('server', `close: code ${code}`);
});
