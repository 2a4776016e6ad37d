/** What an echo costs with `ws` alone: the lessons are measured against this. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });

wss.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

wss.on('listening', () => {
  const url = `http://localhost:${(wss.address() as AddressInfo).port}`;
  if (process.send) process.send({ url });
  else console.log(url);
});
