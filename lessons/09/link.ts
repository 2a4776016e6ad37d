/** A real server at the end of a cable, and a client that is connected to it: for half-open.ts, and for the tests. */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';

/** Starts a server. Whoever connects to the url comes through the cable. */
export async function openServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const cable = await openCable(typeof address === 'object' && address !== null ? address.port : 0);
  async function end(): Promise<void> {
    for (const socket of server.clients) socket.terminate();
    server.close();
    await cable.end();
  }
  return { server, cable, url: `ws://127.0.0.1:${cable.port}`, end };
}

/** Connects a client to a server of its own, and gives both ends: near is the client's, far is the server's. */
export async function openLink() {
  const { server, cable, url, end } = await openServer();
  const near = new WebSocket(url);
  const arrived = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  await once(near, 'open');
  const far = await arrived;
  return {
    near,
    far,
    cable,
    async end() {
      near.terminate();
      await end();
    },
  };
}
