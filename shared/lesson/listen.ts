/** Where a server of a lesson listens: PORT and HOST, and one sentence where that cannot be. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';

/** An address to listen on. The port 0 lets the system choose. */
export type Place = { host: string; port: number };

/** Reads PORT (8080) and HOST (127.0.0.1) from the environment. Where PORT is no port, it ends the process. */
export function placeToListen(): Place {
  const { PORT: port = '8080', HOST: host } = process.env;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    stop(`PORT must be a whole number from 0 to 65535, not "${port}".`);
  }
  // To listen on the host '' is to listen everywhere, and `HOST=` does not ask for that.
  return { host: host || '127.0.0.1', port: Number(port) };
}

/** Resolves once the server listens. Where it cannot, or another program has the port, it ends the process. */
export async function listen(server: Server, { host, port }: Place): Promise<void> {
  const inUse = `Port ${port} is in use. Stop the other program (Ctrl-C where it runs), or set PORT to another number.`;
  // For `localhost` a browser asks at ::1 first: it would show the other program's page as ours.
  if (port > 0 && nameOf(host) === 'localhost' && (await isAnswered('::1', port))) stop(inUse);
  await new Promise<void>((resolve) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') stop(inUse);
      if (code === 'EACCES') stop(`Port ${port} needs more rights. Set PORT to a number above 1023.`);
      stop(`Cannot listen on HOST ${host}, PORT ${port}: ${message}.`);
    });
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
}

/**
 * Tells where the page is: over the IPC channel where there is one, else as a line on the terminal.
 * Without waiting: before anybody connects, the lesson must have its WebSocketServer listening.
 *
 * @param page the page's file, whose title is the server's, too
 */
export function announce(server: Server, host: string, page: string): void {
  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const name = nameOf(host);
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`;
  if (process.send) {
    process.send({ url });
    process.once('disconnect', () => process.exit()); // Who started this is gone.
    return;
  }
  const title = /<title>(.*?)<\/title>/.exec(readFileSync(page, 'utf8'))?.[1] ?? 'A lesson';
  console.log(`${title}: ${url}`);
}

/** Ends the process, and says why. */
export function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** The name under which a browser on this machine finds a server that listens on this host. */
function nameOf(host: string): string {
  return ['127.0.0.1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host;
}

/** Whether a program listens there. A refusal comes at once; but where a firewall says nothing, one must not wait. */
function isAnswered(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 300 });
    const answer = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.on('connect', answer(true)).on('error', answer(false));
    // A process that had to wait for the processor finds the timer first, and the answer after it.
    socket.on('timeout', () => setImmediate(answer(false)));
  });
}
