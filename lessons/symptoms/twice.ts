/** Each reconnect adds one more listener to something that outlives the socket. */
import { EventEmitter, once } from 'node:events';
import type WebSocket from 'ws';
import { showSymptom, untilClosed } from './lab.ts';

await showSymptom('Twice after reconnecting', async ({ serve, connect, say }) => {
  const { wss, url } = await serve();
  const button = new EventEmitter(); // As a button of a page: it lives longer than a socket.
  let socket: WebSocket | undefined;
  const start = () => {
    const opened = connect(url);
    socket = opened;
    button.on('click', () => socket?.send('hello')); // The fault: here, it is added with each connection.
    return opened;
  };

  for (const connection of ['first', 'second', 'third']) {
    const client = start();
    const opens = once(client, 'open');
    const [there] = await once(wss, 'connection');
    await opens;
    there.on('message', (data: Buffer) => say('server', `heard "${data}" (${connection} connection)`));
    button.emit('click');
    client.ping(); // When it is answered, all that was sent before it has arrived.
    await once(client, 'pong');
    there.terminate();
    await untilClosed(client);
  }
});
