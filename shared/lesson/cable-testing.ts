/** What the tests of the cable stand on: a server, a cable to it, a client, and an eye on both ends. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { type Cable, openCable } from './cable.ts';

export const PATIENCE = { timeout: 20_000, interval: 5 };

/** What an end of a connection got so far, in the pieces in which it came, and how it ended. */
export type End = { socket: Socket; pieces: Buffer[]; text: () => string; ended: string[] };

export function listen(socket: Socket): End {
  const pieces: Buffer[] = [];
  const ended: string[] = [];
  socket.on('data', (bytes) => pieces.push(bytes));
  socket.on('end', () => ended.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => ended.push(error.code ?? ''));
  socket.on('close', () => ended.push('closed'));
  return { socket, pieces, text: () => Buffer.concat(pieces).toString(), ended };
}

export async function startServer(
  allowHalfOpen = false,
): Promise<{ port: number; ends: End[]; stop: () => void }> {
  const ends: End[] = [];
  const server: Server = createServer({ allowHalfOpen }, (socket) => ends.push(listen(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const { socket } of ends) socket.destroy();
  };
  onTestFinished(stop);
  return { port: (server.address() as AddressInfo).port, ends, stop };
}

export async function lay(port: number): Promise<Cable> {
  const cable = await openCable(port);
  onTestFinished(() => cable.end());
  return cable;
}

export async function plugIn(port: number, allowHalfOpen = false): Promise<End> {
  const end = listen(connect({ port, host: '127.0.0.1', allowHalfOpen }));
  onTestFinished(() => void end.socket.destroy());
  await once(end.socket, 'connect');
  return end;
}

/** A server, a cable to it, and a client at the other end: each direction has the one who sends and the one who gets. */
export async function joined() {
  const server = await startServer();
  const cable = await lay(server.port);
  const client = await plugIn(cable.port);
  await expect.poll(() => server.ends.length, PATIENCE).toBe(1);
  const [far] = server.ends;
  if (far === undefined) throw new Error('Nobody came.');
  const ends = { up: { sender: client, getter: far }, down: { sender: far, getter: client } };
  return { server, cable, client, far, ends };
}

/** Gives whatever could come the time to come: bytes go to and fro between two other sockets of this process. */
export async function fence(times = 50): Promise<void> {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (let time = 0; time < times; time += 1) {
    socket.write('x');
    await once(socket, 'data');
  }
  socket.destroy();
  server.close();
}

export const isSaid = ({ text }: End, words: string) => expect.poll(text, PATIENCE).toBe(words);
