/**
 * What an echo costs with `ws` alone: the lessons are measured against this.
 * A text goes back as a text, as theirs does. A Buffer handed straight back would save about 0.7 µs.
 * PREFIX comes before each text.
 */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const { PREFIX } = process.env;
const wss = new WebSocketServer({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });

wss.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.send(data);
    else socket.send(PREFIX === undefined ? data.toString() : PREFIX + data);
  });
});

wss.on('listening', () => {
  const url = `http://localhost:${(wss.address() as AddressInfo).port}`;
  if (process.send) process.send({ url });
  else console.log(url);
});
