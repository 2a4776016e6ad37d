/** An echo server with the tap of the wire view, or without it (TAP=): all else is the same. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveFeed } from '#shared/lesson/wire/feed.ts';
import { tapServer } from '#shared/lesson/wire/tap.ts';

const server = createServer((_, response) => {
  if (tap) serveFeed(tap, response, {});
});
const tap = process.env.TAP ? tapServer(server) : undefined;
const wss = new WebSocketServer({ server });

wss.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => socket.send(isBinary ? data : data.toString()));
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  if (process.send) process.send({ url });
  else console.log(url);
});
