// Right in another way: no page and no shared code, a list of clients of its own, and every check done by hand.
import { type WebSocket, WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: 8080, clientTracking: false });
console.log('Listening on 8080.');

let clients: WebSocket[] = [];

wss.on('connection', (client) => {
  for (const other of clients) other.send(encodeNews('A new user joined.', clients.length + 1));
  clients.push(client);
  client.send(encodeNews('Welcome!', clients.length));

  client.onerror = () => {};
  client.onclose = () => {
    clients = clients.filter((other) => other !== client);
    for (const other of clients) other.send(encodeNews('A user left.', clients.length));
  };
  client.onmessage = ({ data }) => {
    const at = new Date();
    const refuse = (code: string) =>
      client.send(JSON.stringify({ type: 'error', at, code, message: `This is ${code}.` }));
    if (typeof data !== 'string') return refuse('not-text');
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return refuse('not-json');
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return refuse('bad-message');
    const message = 'message' in value ? value.message : undefined;
    const username = 'username' in value ? value.username : '';
    if (typeof message !== 'string' || message === '' || message.length > 2000) return refuse('bad-message');
    if (typeof username !== 'string' || username.length > 20) return refuse('bad-message');
    const text = JSON.stringify({ type: 'chat', username: username || 'Anonymous', message, at });
    for (const one of clients) if (one.readyState === one.OPEN) one.send(text);
  };
});

function encodeNews(what: string, online: number): string {
  const message = `${what} ${online} user(s) online`;
  return JSON.stringify({ message, online, type: 'system', at: new Date().toISOString() });
}
