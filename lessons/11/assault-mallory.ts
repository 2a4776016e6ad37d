/** Who does all that a server must bear, as fast as it goes. A process of its own: its work must not delay the polite. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { flood, open, until } from './assault-socket.ts';
import { BAD_INPUTS, frame } from './bad-input.ts';

const CROWD = 400;

const text = (content: string) => frame(0x81, Buffer.from(content));
const join = (username: string) => text(JSON.stringify({ type: 'join', username }));
const chat = () => text(JSON.stringify({ type: 'chat', id: randomUUID(), message: 'x'.repeat(2_000) }));
const close = frame(0x88, Buffer.from("\x03\xe8bye'.\nThe admin gave all rights to mallory.", 'latin1'));

/** A close frame of the server with the code 1009. */
const TOO_LARGE = Buffer.from([0x88, 2, 0x03, 0xf1]);

/** Twenty kinds of bad input, each on a connection of its own. @returns what the server answered */
async function badInput(port: number): Promise<string[]> {
  return Promise.all(
    BAD_INPUTS.map(async ({ name, bytes }) => {
      const socket = open(port, bytes);
      let got = Buffer.alloc(0);
      socket.on('data', (data) => {
        got = Buffer.concat([got, data]);
        // The second one is behind the answer to the handshake.
        if (got.indexOf('\r\n\r\n') + 4 < got.length) socket.destroy();
      });
      await until(socket);
      socket.destroy();
      return `${name}: ${answerOf(got.subarray(got.indexOf('\r\n\r\n') + 4))}`;
    }),
  );
}

/** The code of the error, or of the close frame. */
function answerOf(data: Buffer): string {
  if (data[0] === 0x88 && data.length >= 4) return `closed with ${data.readUInt16BE(2)}`;
  return /"code":"([\w-]+)"/.exec(data.toString())?.[1] ?? 'no answer';
}

/** One after the other. What they leave open is felt by those that follow. */
const ATTACKS: ((port: number) => Promise<Socket[]>)[] = [
  /** One message of 64 MiB. */
  async (port) => {
    const socket = open(port, text(`"${'a'.repeat(64 * 1024 * 1024)}"`));
    await until(socket, 'bad-message', TOO_LARGE);
    return [socket];
  },
  /** Right texts, without end. */
  async (port) => {
    const socket = open(port, join('mallory')).resume();
    await flood(socket, 200, () => Buffer.concat(Array.from({ length: 40 }, chat)));
    socket.destroy();
    return [];
  },
  /** Errors, without end, from somebody who reads no answer. */
  async (port) => {
    const socket = open(port).pause();
    const some = Buffer.concat(Array(2_000).fill(text('?')));
    await flood(socket, 60, () => some);
    socket.destroy();
    return [];
  },
  /** Many who come and go, and leave a line of their own in the log. */
  async (port) => {
    for (let n = 0; n < 600; n += 50) {
      await Promise.all(Array.from({ length: 50 }, () => until(open(port, close).resume())));
    }
    return [];
  },
];

/** A crowd, all at once, who stay. @returns how many were let in */
async function crowd(port: number): Promise<number> {
  const all = Array.from({ length: CROWD }, () => open(port, text('{"type":"ping"}')));
  const isIn = await Promise.all(
    all.map(async (one) => {
      let got = '';
      one.on('data', (data) => {
        got += data;
      });
      await until(one, 'pong', 'Too many');
      return got.includes('pong');
    }),
  );
  for (const one of all) one.destroy();
  return isIn.filter(Boolean).length;
}

process.on('message', async (port) => {
  const answers = await badInput(Number(port));
  const left: Socket[] = [];
  for (const attack of ATTACKS) left.push(...(await attack(Number(port))));
  const letIn = `${await crowd(Number(port))} of ${CROWD}`;
  for (const socket of left) socket.destroy();
  process.send?.({ answers, letIn });
});
process.on('disconnect', () => process.exit());
