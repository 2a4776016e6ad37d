/** Runs a server that must die in a process of its own, does to it what kills it, and says how it ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { showSymptom } from './lab.ts';

/** Each prints its port, and does not listen for errors. Plain JavaScript: it must run without tsx. */
const SERVERS = {
  unhandled: `
    import { WebSocketServer } from 'ws';
    const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.log(wss.address().port));
    wss.on('connection', (socket) => {
      socket.on('message', () => {});
    });`,
  reset: `
    import { createServer } from 'node:http';
    const server = createServer();
    server.on('upgrade', async (request, tcp) => {
      console.log('upgrade');
      await new Promise(() => setTimeout(() => {}, 5000)); // Looks into a database, and has no listener meanwhile.
    });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`,
};

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

export function dieAs(title: string, how: keyof typeof SERVERS): Promise<void> {
  return showSymptom(
    title,
    async ({ say, atEnd }) => {
      const server = spawn(process.execPath, ['--input-type=module', '--eval', SERVERS[how]], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      atEnd(() => server.kill());
      const ended = once(server, 'exit');
      let printed = '';
      server.stderr.on('data', (text) => {
        printed += text;
      });
      const lines = createInterface({ input: server.stdout });
      const [port] = await once(lines, 'line');
      const client = connect(Number(port), '127.0.0.1');
      client.on('error', () => {});
      client.write(UPGRADE);
      if (how === 'unhandled') {
        await once(client, 'data');
        client.write(Buffer.from([0x81, 0x02, 0x68, 0x69])); // A frame of a client must have a mask.
      } else {
        await once(lines, 'line');
        client.resetAndDestroy();
      }
      const [code] = await ended;
      const told = printed.split('\n').filter((line) => /throw er|^\w*Error|^Emitted|code: /.test(line));
      for (const line of told) say('server', line.trim());
      say('its process', `ended with exit code ${code}`);
      client.destroy();
    },
    5,
  );
}
