/** What one bad client can do to a server: a table, and the tests that every lesson's server must pass. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { connectRecording } from './recording-client.ts';
import type { RunningServer } from './start-server.ts';

/** Bytes that break RFC 6455 or the server's maxPayload of 64 KiB, and the close code that answers them. */
export const BROKEN_FRAMES: { title: string; bytes: Buffer; code: number }[] = [
  { title: 'an unmasked frame', bytes: Buffer.from('81026869', 'hex'), code: 1002 },
  { title: 'reserved bits', bytes: rawFrame(1, 'hi', { rsv: 7 }), code: 1002 },
  { title: 'an unknown opcode', bytes: rawFrame(3, 'hi'), code: 1002 },
  { title: 'a continuation of nothing', bytes: rawFrame(0, 'hi'), code: 1002 },
  { title: 'a ping in two parts', bytes: rawFrame(9, 'hi', { fin: false }), code: 1002 },
  { title: 'invalid UTF-8', bytes: rawFrame(1, Buffer.from([0xff, 0xfe])), code: 1007 },
  { title: 'a close frame with the code 1005', bytes: rawFrame(8, Buffer.from([3, 237])), code: 1002 },
  { title: 'a close frame of one byte', bytes: rawFrame(8, 'x'), code: 1002 },
  { title: '65,537 bytes', bytes: rawFrame(2, Buffer.alloc(65_537)), code: 1009 },
  { title: '101 MiB', bytes: frameHeader(101 * 1024 * 1024), code: 1009 },
  { title: '65,537 bytes in two fragments', bytes: twoFragments(), code: 1009 },
];

/** Texts that lessons 03 to 06 must answer with an error, to their sender alone. */
export const BAD_TEXTS: { title: string; text: string; code: 'not-json' | 'bad-message' }[] = [
  { title: 'an empty text', text: '', code: 'not-json' },
  { title: 'a word', text: 'hello', code: 'not-json' },
  { title: 'half an object', text: '{"message":', code: 'not-json' },
  { title: 'null', text: 'null', code: 'bad-message' },
  { title: 'a number', text: '5', code: 'bad-message' },
  { title: 'a boolean', text: 'true', code: 'bad-message' },
  { title: 'a string', text: '"x"', code: 'bad-message' },
  { title: 'an array', text: '[]', code: 'bad-message' },
  { title: 'an empty object', text: '{}', code: 'bad-message' },
  { title: 'arrays, 20,000 deep', text: '['.repeat(20_000) + ']'.repeat(20_000), code: 'bad-message' },
  { title: 'a type called constructor', text: '{"type":"constructor"}', code: 'bad-message' },
  { title: 'a type called __proto__', text: '{"type":"__proto__"}', code: 'bad-message' },
  {
    title: 'all fields inside __proto__',
    text: '{"__proto__":{"type":"chat","username":"x","message":"x"}}',
    code: 'bad-message',
  },
];

export type HostileOptions = {
  /** The server under test. A function, since it starts in beforeAll, after the tests are declared. */
  server: () => RunningServer;
  /**
   * A new client has a whole conversation with the server. Throws where the server does not serve it.
   * Messages of other clients may come in between: wait for your own, and pass over the rest.
   */
  probe: (socketUrl: string) => Promise<void>;
  /** Texts with which the client number n begins. After these the server must have sent it a message. */
  opening?: (n: number) => string[];
  /** A text that the server answers, or sends on to everyone. It is sent thousands of times. */
  flood: string;
};

/**
 * Declares the tests: after each thing that a bad client does, the server lives and serves the next client.
 * One running server may serve them all.
 */
export function testHostileClients({ server, probe, opening = () => [], flood }: HostileOptions): void {
  for (const { title, bytes, code } of BROKEN_FRAMES) {
    test(`${title}: that connection closes with ${code}, the server serves on`, async () => {
      const connection = await rawConnect(server().socketUrl);
      connection.socket.write(bytes);
      expect(await closeCode(connection)).toBe(code);
      connection.socket.destroy();
      await probe(server().socketUrl);
    });
  }

  test('a TCP reset in the middle of a frame: the server serves on', async () => {
    const { socket } = await rawConnect(server().socketUrl);
    await new Promise((resolve) => socket.write(rawFrame(1, 'half a frame').subarray(0, 9), resolve));
    socket.resetAndDestroy();
    await once(socket, 'close');
    await probe(server().socketUrl);
  });

  test('a client that writes much and never reads: the others are served meanwhile', async () => {
    const { socket } = await rawConnect(server().socketUrl);
    socket.pause();
    const first = opening(0).map((text) => rawFrame(1, text));
    const many = Array.from({ length: 5_000 }, () => rawFrame(1, flood));
    const written = new Promise((resolve) => socket.write(Buffer.concat([...first, ...many]), resolve));
    await probe(server().socketUrl);
    await written;
    await probe(server().socketUrl);
    socket.destroy();
  });

  test('200 clients at once: each of them is served', async () => {
    const clients = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const client = await connectRecording(server().socketUrl);
        for (const text of opening(n)) client.send(text);
        await client.next();
        return client;
      }),
    );
    await probe(server().socketUrl);
    await Promise.all(clients.map((client) => client.close()));
    await probe(server().socketUrl);
  });
}

/** The code in the close frame that a server sends, or undefined where it sends none. */
export async function closeCode(
  connection: Awaited<ReturnType<typeof rawConnect>>,
): Promise<number | undefined> {
  for await (const { opcode, payload } of rawFrames(connection)) {
    if (opcode === 8) return payload.length < 2 ? undefined : payload.readUInt16BE(0);
  }
  return undefined;
}

/** The start of a masked binary frame that says how long it is. The rest need not come: a server looks at the length. */
function frameHeader(length: number): Buffer {
  const header = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

function twoFragments(): Buffer {
  return Buffer.concat([rawFrame(2, Buffer.alloc(65_536), { fin: false }), rawFrame(0, 'x')]);
}
