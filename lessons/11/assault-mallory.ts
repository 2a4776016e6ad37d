/** Who does all that a server must bear, as fast as it goes. A process of its own: its work must not delay the polite. */
import { randomUUID } from 'node:crypto';
import { count, flood, isRead, open, until } from './assault-socket.ts';
import { BAD_INPUTS, frame } from './bad-input.ts';

const CROWD = 280;
/** So many of the crowd ask for so many names. */
const [NAMED, NAMES] = [50, 10];

/** What is said about the attacks that can be counted. */
export type Told = { answers: string[]; errors: number; letIn: number; names: number };

const text = (content: string) => frame(0x81, Buffer.from(content));
const join = (username: string) => text(JSON.stringify({ type: 'join', username }));
const chat = () => text(JSON.stringify({ type: 'chat', id: randomUUID(), message: 'x'.repeat(500) }));
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

/** Each server gets these 10,000 texts once: it knows none of their ids. */
const TEXTS = Array.from({ length: 250 }, () => Buffer.concat(Array.from({ length: 40 }, chat)));
const HUGE = text(`"${'a'.repeat(64 * 1024 * 1024)}"`);

/** One message of 64 MiB. */
async function huge(port: number): Promise<void> {
  const socket = open(port, HUGE);
  await until(socket, 'bad-message', TOO_LARGE);
  socket.destroy();
}

/** Right texts, without end. */
async function talk(port: number): Promise<void> {
  const socket = open(port, join('mallory')).resume();
  await flood(socket, TEXTS);
  await isRead(socket);
  socket.destroy();
}

/** Errors, without end. @returns how many had an answer */
async function err(port: number): Promise<number> {
  const socket = open(port);
  const answers = count(socket, '"code":');
  await flood(socket, Array(5).fill(Buffer.concat(Array(2_000).fill(text('?')))));
  await isRead(socket);
  socket.destroy();
  return answers();
}

/** Many who come and go, and leave a line of their own in the log. */
async function comeAndGo(port: number): Promise<void> {
  for (let n = 0; n < 250; n += 50) {
    await Promise.all(Array.from({ length: 50 }, () => until(open(port, close).resume())));
  }
}

/** A crowd, all at once, who stay, and then some of them ask for names. @returns how many were let in, and got a name */
async function crowd(port: number): Promise<Pick<Told, 'letIn' | 'names'>> {
  const all = Array.from({ length: CROWD }, () => open(port, text('{"type":"ping"}')));
  const isIn = all.map((one) => count(one, '"pong"'));
  await Promise.all(all.map((one) => until(one, 'pong', 'too-fast', 'Too many')));
  const here = all.filter((_, n) => isIn[n]?.() === 1);
  const named = here.slice(0, NAMED).map((one) => count(one, '"joined"'));
  for (let name = 0; name < NAMES; name += 1)
    for (const [n, one] of here.slice(0, NAMED).entries()) one.write(join(`${n} ${name}`));
  await Promise.all(here.map(isRead));
  for (const one of all) one.destroy();
  return { letIn: here.length, names: named.reduce((sum, got) => sum + got(), 0) };
}

process.on('message', async (given) => {
  const port = Number(given);
  const answers = await badInput(port);
  await huge(port);
  const errors = await err(port);
  await comeAndGo(port);
  await talk(port);
  process.send?.({ answers, errors, ...(await crowd(port)) } satisfies Told);
});
process.on('disconnect', () => process.exit());
