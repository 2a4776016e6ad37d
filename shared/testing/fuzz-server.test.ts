/** Fuzzes the server of every lesson: it answers the sender alone, goes on for all others, and stays well. */
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { anyText } from './fuzzing.ts';
import { AGAINST_SERVER, brokenMessages, isNoJson, junk, toText } from './junk.ts';
import { connectRecording, type RecordingClient } from './recording-client.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { addressFor, type Fields, type Fuzzing, loadTraits, type Sent } from './traits.ts';

const lessons = await loadTraits();

/** A message as an attacker sends it, in so many fragments. */
type InFragments = Sent & { fragments: number };

/** What a connection got from the server, in its order, up to its end. */
type Got = { opcode: number; payload: Buffer }[];

const smallBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

function messagesTo(fuzz: Fuzzing): fc.Arbitrary<InFragments[]> {
  const { maxPayload = 64 * 1024 } = fuzz;
  const right = fuzz.messages.map(fuzz.protocol?.parse ? toText : ({ message }) => String(message));
  const text = fc.oneof(right, right, brokenMessages(fuzz).map(toText), junk);
  return fc.array(
    fc
      .record({
        isBinary: fc.constant(false),
        payload: text.map((one) => Buffer.from(one)).filter(({ length }) => length <= maxPayload),
        fragments: fc.integer({ min: 1, max: 4 }),
      })
      .chain((sent) =>
        fc.oneof(
          { weight: 8, arbitrary: fc.constant(sent) },
          { weight: 1, arbitrary: smallBytes.map((payload) => ({ ...sent, payload, isBinary: true })) },
        ),
      ),
    { minLength: 1, maxLength: 15 },
  );
}

/** The frames of a message, with a ping between any two. */
function framesOf({ isBinary, payload, fragments }: InFragments): Buffer[] {
  const size = Math.ceil(payload.length / fragments) || 1;
  const parts = Array.from({ length: fragments }, (_, n) => payload.subarray(n * size, (n + 1) * size));
  return parts.flatMap((part, n) => {
    const isLast = n === parts.length - 1;
    const frame = rawFrame(n > 0 ? 0 : isBinary ? 2 : 1, part, { fin: isLast });
    return isLast ? [frame] : [frame, rawFrame(9, 'ping')];
  });
}

/** Cuts bytes into packets. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, n) => bytes.subarray(from, sorted[n] ?? bytes.length));
}

/** A close code that one end may send to the other (RFC 6455, section 7.4). */
function isCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
  );
}

/** All that a lesson's server may print: a stranger's reason in quotes that it cannot close, and sentences of ws. */
const PRINTED =
  /^(A client arrived\.|A client left: code \d+, reason '([^'\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\\['\\]|\\u[0-9a-f]{4}|\\u\{[0-9a-f]+\}){0,41}'\.|A client broke the protocol: [\w :,^>-]{1,60})$/u;

describe.each(lessons)('the server of $folder', ({ folder, fuzz, door }) => {
  const { protocol, texts = /^$/, opening = () => [], call, echo, dependOnOthers = [] } = fuzz;
  let server: RunningServer;
  let observer: RecordingClient;
  let people = 0;
  let calls = 0;
  /** How much of the server's output, and of what the observer got, has been looked at. */
  let read = 0;
  let overheard = 0;

  beforeAll(async () => {
    server = await startServer(`${folder}/server.ts`);
    observer = await connectRecording(await addressFor(door, server.socketUrl, 'observer'));
    for (const message of opening('observer')) observer.send(message);
    await getsItsAnswer(observer);
  });
  afterAll(() => server.stop());

  test('answers any messages, in fragments and cut into packets anywhere, and their sender alone', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    const property = fc.asyncProperty(messagesTo(fuzz), cuts, async (messages, places) => {
      const bytes = Buffer.concat([...messages.flatMap(framesOf), rawFrame(8)]);
      expectAnswers(messages, await attack(cut(bytes, places)));
      await isWell();
    });
    await fc.assert(property, AGAINST_SERVER);
  });

  test('survives any bytes and any frames', async () => {
    const frame = fc
      .record({
        opcode: fc.nat(15),
        payload: fc.oneof(
          smallBytes,
          junk.map((text) => Buffer.from(text)),
        ),
        fin: fc.boolean(),
        rsv: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
        masked: fc.oneof(
          { weight: 4, arbitrary: fc.constant(true) },
          { weight: 1, arbitrary: fc.constant(false) },
        ),
      })
      .map(({ opcode, payload, ...options }) => rawFrame(opcode, payload, options));
    const property = fc.asyncProperty(
      fc.array(fc.oneof(frame, frame, smallBytes), { maxLength: 8 }),
      async (packets) => {
        const got = await attack(packets);
        const closing = got.findIndex(({ opcode }) => opcode === 8);
        if (closing >= 0) expect(got.length, 'nothing comes after a close frame').toBe(closing + 1);
        await isWell();
      },
    );
    await fc.assert(property, AGAINST_SERVER);
  });

  test('answers any close frame: a right one with its own code, a wrong one with 1002 or 1007', async () => {
    const reason = fc.oneof(
      anyText.map((text) => Buffer.from(text)),
      smallBytes,
    );
    const code = fc.oneof(
      fc.integer({ min: 990, max: 1020 }),
      fc.integer({ min: 2990, max: 5010 }),
      fc.nat(65_535),
    );
    const property = fc.asyncProperty(code, reason, async (closeCode, whole) => {
      const bytes = whole.subarray(0, 123);
      const payload = Buffer.concat([Buffer.from([closeCode >> 8, closeCode & 0xff]), bytes]);
      const got = await attack([rawFrame(8, payload)]);
      const expected = !isCloseCode(closeCode) ? 1002 : !isUtf8(bytes) ? 1007 : closeCode;
      expect(got.at(-1)).toMatchObject({ opcode: 8 });
      expect(got.at(-1)?.payload.readUInt16BE(0)).toBe(expected);
      await isWell();
    });
    await fc.assert(property, AGAINST_SERVER);
  });

  /** Connects, says its name, sends packets one by one, hangs up, and gives all that came up to the end. */
  async function attack(packets: Buffer[]): Promise<Got> {
    people += 1;
    const connection = await rawConnect(await addressFor(door, server.socketUrl, `mallory ${people}`));
    const { socket } = connection;
    socket.setNoDelay(true);
    const hello = opening(`mallory ${people}`).map((message) => rawFrame(1, toText(message)));
    const sending = (async () => {
      for (const packet of [...hello, ...packets]) {
        if (socket.writable) await new Promise((resolve) => socket.write(packet, resolve));
      }
      socket.end();
    })();
    const got: Got = [];
    try {
      for await (const { opcode, payload } of rawFrames(connection)) got.push({ opcode, payload });
    } catch (error) {
      // A server that hung up answers what comes after that with a reset.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    }
    await sending;
    return got;
  }

  function expectAnswers(sent: Sent[], got: Got): void {
    const answers = got.filter(({ opcode }) => opcode === 1 || opcode === 2);
    if (echo) {
      const [, ...echoes] = answers.map(({ opcode, payload }) =>
        protocol ? JSON.parse(payload.toString()) : { isBinary: opcode === 2, payload },
      );
      if (protocol) expect(echoes).toMatchObject(sent.map(echo));
      else expect(echoes).toEqual(sent.map(echo));
    } else {
      const codes = sent.map(({ isBinary, payload }) =>
        isBinary ? 'not-text' : protocol?.parse?.(payload.toString()),
      );
      expect(answers.flatMap(errorCode).filter((code) => !dependOnOthers.includes(code))).toEqual(
        codes.filter((code) => typeof code === 'string'),
      );
    }
    if (protocol) for (const { payload } of answers) expectKnown(payload.toString());
  }

  /** A fresh client is served as ever, and nobody was told of what went before. */
  async function isWell(): Promise<void> {
    people += 1;
    const alice = await connectRecording(await addressFor(door, server.socketUrl, `alice ${people}`));
    for (const message of opening(`alice ${people}`)) alice.send(message);
    await getsItsAnswer(alice);
    await alice.close();
    await getsItsAnswer(observer);
    const heard = observer.received.slice(overheard);
    overheard += heard.length;
    for (const text of [...alice.received, ...heard]) {
      expectKnown(String(text));
      expect(errorCode({ payload: text })).toEqual([]);
    }
    const lines = server.output().slice(read).split('\n').slice(0, -1);
    for (const line of lines) expect(line).toMatch(PRINTED);
    read += lines.join('\n').length + (lines.length > 0 ? 1 : 0);
  }

  /** Sends a message, and waits until it, or its echo, has come back. */
  async function getsItsAnswer(client: RecordingClient): Promise<void> {
    calls += 1;
    const { message, answer } = call(calls);
    client.send(message);
    while (!String(await client.next()).includes(answer));
  }

  /** The message parses, to itself. Without a protocol it is one of the lesson's texts. */
  function expectKnown(text: string): void {
    if (protocol) expect(protocol.parseServerMessage(text)).toEqual(JSON.parse(text));
    else expect(text).toMatch(texts);
  }
});

/** The code of an error message, in a list, or an empty list. */
function errorCode({ payload }: { payload: string | Buffer }): string[] {
  const parsed: unknown = isNoJson(String(payload)) ? undefined : JSON.parse(String(payload));
  const { type, code } = Object(parsed) as Fields;
  return type === 'error' ? [String(code)] : [];
}
