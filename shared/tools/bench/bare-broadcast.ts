/** What a broadcast costs with `ws` alone, encoded once: the lessons are measured against this. */
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' });

wss.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data) => {
    const at = new Date().toISOString();
    const text = JSON.stringify({ type: 'chat', username: 'Anonymous', message: data.toString(), at });
    for (const client of wss.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(text);
    }
  });
});

wss.on('listening', () => {
  process.send?.({ url: `http://localhost:${(wss.address() as AddressInfo).port}` });
});
