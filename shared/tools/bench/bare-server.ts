/**
 * What `ws` alone costs: the lessons are measured against this. It gives each text back, after PREFIX, or, with
 * BROADCAST=yes, sends it to all, encoded once. With TAP=yes the wire view's tap is on its sockets, too.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

const { PREFIX, BROADCAST, TAP, PORT = '8080' } = process.env;
const server = createServer();
if (TAP) await tap();
const wss = new WebSocketServer({ server });

wss.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => {
    if (BROADCAST) broadcast(data.toString());
    else if (isBinary) socket.send(data);
    // A text goes back as a text, as the lessons do it. A Buffer handed straight back would save about 0.7 µs.
    else socket.send(PREFIX === undefined ? data.toString() : PREFIX + data);
  });
});

server.listen(Number(PORT), '127.0.0.1', () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  if (process.send) process.send({ url });
  else console.log(url);
});

function broadcast(message: string): void {
  const at = new Date().toISOString();
  const text = JSON.stringify({ type: 'chat', username: 'Anonymous', message, at });
  for (const client of wss.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  }
}

/** Loads the tap only where it is asked for: `ws` alone starts without it. */
async function tap(): Promise<void> {
  const { serveFeed } = await import('#shared/lesson/wire/feed.ts');
  const { tapServer } = await import('#shared/lesson/wire/tap.ts');
  const tapped = tapServer(server);
  server.on('request', (_, response) => serveFeed(tapped, response, {}));
}
