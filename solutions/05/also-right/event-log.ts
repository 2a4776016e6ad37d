// Right in another way: the server keeps a log of encoded changes, and never looks back at objects.
import { WebSocket, WebSocketServer } from 'ws';
import { parse } from '#lessons/06/protocol.ts';

const wss = new WebSocketServer({ port: 0 });
let log: string[] = [];
let count = 0;

wss.on('connection', (socket) => {
  socket.onerror = () => {};
  socket.send(`{"type":"canvas","seq":${count},"lines":[${log.join(',')}]}`);
  socket.onmessage = ({ data }) => {
    const change = typeof data === 'string' ? parse(data) : 'not-text';
    if (typeof change === 'string') {
      const error = { type: 'error', code: change, message: change, at: new Date().toISOString() };
      socket.send(JSON.stringify(error));
      return;
    }
    count += 1;
    if (change.type === 'clear') log = [];
    const text = JSON.stringify({ ...change, seq: count });
    if (change.type === 'line') log.push(text);
    if (log.length > 10_000) log.splice(0, log.length - 10_000);
    for (const peer of wss.clients) if (peer.readyState === WebSocket.OPEN) peer.send(text);
    socket.send('{"type":"thanks"}');
  };
});
