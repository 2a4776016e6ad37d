// Right in another way: no page and no shared code, a port of its own, and the time put together by hand.
import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: 8080 });
console.log('Listening on 8080.');

wss.on('connection', (socket) => {
  socket.onerror = () => {};
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') socket.send(encode('echo', data));
    else socket.send(JSON.stringify({ type: 'error', code: 'not-text', message: 'No binary.', at: time() }));
  };
  socket.send(encode('welcome', 'Welcome to Echo WebSocket Server!'));
});

function encode(type: string, message: string): string {
  return `{"type":"${type}","message":${JSON.stringify(message)},"at":"${time()}"}`;
}

function time(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getUTCFullYear()}-${two(now.getUTCMonth() + 1)}-${two(now.getUTCDate())}`;
  const hour = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
  return `${day}T${hour}.${String(now.getUTCMilliseconds()).padStart(3, '0')}Z`;
}
