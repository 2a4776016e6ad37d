/**
 * Fuzzes every lesson: whatever comes over the network, `parse` decides, and the server goes on for all others.
 * The values are the same in every run, so that a failure can be repeated. Others: FUZZ_SEED=7 FUZZ_RUNS=500 npx vitest run shared/testing/fuzz --testTimeout 600000
 */
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as lesson02 from '#lessons/02/protocol.ts';
import * as lesson03 from '#lessons/03/protocol.ts';
import * as lesson04 from '#lessons/04/protocol.ts';
import * as lesson05 from '#lessons/05/protocol.ts';
import * as lesson06 from '#lessons/06/protocol.ts';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const { FUZZ_SEED = '20', FUZZ_RUNS } = process.env;
fc.configureGlobal({ seed: Number(FUZZ_SEED), numRuns: Number(FUZZ_RUNS ?? 150) });

/** Against a server there is no shrinking: one that died of the first value fails on each smaller one, too. */
const AGAINST_SERVER = { numRuns: Number(FUZZ_RUNS ?? 10), endOnFailure: true };

type Fields = Record<string, unknown>;

/** Lone halves of surrogate pairs are in it: JSON can hold them. */
const utf16 = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: utf16 }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);
const chatText = fc.oneof(
  anyText.filter((text) => text.length >= 1),
  fc.constant('x'.repeat(2000)),
);
const name = anyText.map(lesson04.normaliseUsername).filter((text) => text !== undefined);
const time = fc
  .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const line = {
  from: fc.tuple(fraction, fraction),
  to: fc.tuple(fraction, fraction),
  color: fc.stringMatching(/^#[0-9a-fA-F]{6}$/),
  width: fc.double({ min: 1, max: 50, noNaN: true }),
};
const join = fc.record({ type: fc.constant('join'), username: name });
const chat = fc.record({ type: fc.constant('chat'), message: chatText });
const toSomebody = fc.record({
  type: fc.constant('private'),
  to: fc.oneof(name, fc.constantFrom('observer', 'Mallory', 'constructor', '__proto__')),
  message: chatText,
});

/** The rules of the design's table, in words of their own: what `parse` may let through. */
const isChatText = (value: unknown) => typeof value === 'string' && value.length >= 1 && value.length <= 2000;
const isName = (value: unknown) =>
  typeof value === 'string' &&
  [...value].length >= 1 &&
  [...value].length <= 20 &&
  value === value.normalize('NFKC').trim() &&
  !/\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/u.test(value);
const isFraction = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isPoint = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isFraction);
const is = (wanted: string) => (value: unknown) => value === wanted;
const CHAT = { type: is('chat'), message: isChatText };
const JOIN = { type: is('join'), username: isName };

type Lesson = {
  number: string;
  /** The lesson's protocol.ts, where it has one. */
  protocol?: {
    parse?: (text: string) => unknown;
    parseServerMessage: (text: string) => unknown;
    normaliseUsername?: (text: string) => string | undefined;
    ERROR_TEXTS: Record<string, string>;
  };
  /** What a client may send, and the fields that it may leave out. */
  messages: fc.Arbitrary<Fields>;
  optional?: string;
  /** What `parse` may give: one of these, with these fields and no others. */
  allowed?: Record<string, (value: unknown) => boolean>[];
  /** What the server may send. */
  answers: fc.Arbitrary<Fields>;
  /** What a client says first, to be one among the others. */
  opening: (name: string) => Fields[];
  /** A message that comes back to its sender, and a part of what comes back. */
  call: (id: number) => { message: unknown; answer: string };
};

const errorOf = ({ ERROR_TEXTS }: { ERROR_TEXTS: Record<string, string> }) =>
  fc.record({
    type: fc.constant('error'),
    code: fc.constantFrom(...Object.keys(ERROR_TEXTS)),
    message: anyText,
    at: time,
  });
const type = (value: string) => fc.constant(value);

const LESSONS: Lesson[] = [
  {
    number: '01',
    messages: fc.record({ message: anyText }),
    answers: fc.record({}),
    opening: () => [],
    call: (id) => ({ message: `call ${id}`, answer: `Echo: call ${id}` }),
  },
  {
    number: '02',
    protocol: lesson02,
    messages: fc.record({ message: anyText }),
    answers: fc.oneof(
      fc.record({ type: fc.constantFrom('welcome', 'echo'), message: anyText, at: time }),
      errorOf(lesson02),
    ),
    opening: () => [],
    call: (id) => ({ message: `call ${id}`, answer: `"call ${id}"` }),
  },
  {
    number: '03',
    protocol: lesson03,
    messages: fc.record({ username: fc.string({ maxLength: 20 }), message: chatText }),
    optional: 'username',
    allowed: [{ username: (value) => isChatText(value) && String(value).length <= 20, message: isChatText }],
    answers: fc.oneof(
      fc.record({ type: type('system'), message: anyText, online: fc.nat(), at: time }),
      fc.record({ type: type('chat'), username: anyText, message: anyText, at: time }),
      errorOf(lesson03),
    ),
    opening: () => [],
    call: (id) => ({ message: { message: `call ${id}` }, answer: `"call ${id}"` }),
  },
  {
    number: '04',
    protocol: lesson04,
    messages: fc.oneof(join, chat),
    allowed: [JOIN, CHAT],
    answers: fc.oneof(
      fc.record({ type: type('joined'), username: anyText, usernames: fc.array(anyText), at: time }),
      fc.record({ type: type('system'), message: anyText, usernames: fc.array(anyText), at: time }),
      fc.record({ type: type('chat'), username: anyText, message: anyText, at: time }),
      errorOf(lesson04),
    ),
    opening: (username) => [{ type: 'join', username }],
    call: (id) => ({ message: { type: 'chat', message: `call ${id}` }, answer: `"call ${id}"` }),
  },
  {
    number: '05',
    protocol: lesson05,
    messages: fc.oneof(join, chat, toSomebody),
    allowed: [
      JOIN,
      CHAT,
      { type: is('private'), to: (value) => typeof value === 'string', message: isChatText },
    ],
    answers: fc.oneof(
      fc.record({ type: type('joined'), username: anyText, usernames: fc.array(anyText), at: time }),
      fc.record({ type: type('system'), message: anyText, usernames: fc.array(anyText), at: time }),
      fc.record({ type: type('chat'), username: anyText, message: anyText, at: time }),
      fc.record({ type: type('private'), from: anyText, to: anyText, message: anyText, at: time }),
      errorOf(lesson05),
    ),
    opening: (username) => [{ type: 'join', username }],
    call: (id) => ({ message: { type: 'chat', message: `call ${id}` }, answer: `"call ${id}"` }),
  },
  {
    number: '06',
    protocol: lesson06,
    messages: fc.oneof(fc.record({ type: type('line'), ...line }), fc.record({ type: type('clear') })),
    allowed: [
      {
        type: is('line'),
        from: isPoint,
        to: isPoint,
        color: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value),
        width: (value) => typeof value === 'number' && value >= 1 && value <= 50,
      },
      { type: is('clear') },
    ],
    answers: fc.oneof(
      fc.record({ type: type('canvas'), lines: fc.array(fc.record(line)), seq: fc.nat() }),
      fc.record({ type: type('line'), seq: fc.nat(), ...line }),
      fc.record({ type: type('clear'), seq: fc.nat() }),
      errorOf(lesson06),
    ),
    opening: () => [],
    call: (id) => ({
      message: { type: 'line', from: [0, 0], to: [1, 1], color: '#ca1100', width: 1 + id / 1e6 },
      answer: `"width":${1 + id / 1e6}}`,
    }),
  },
];

/** Not a value that any field of any message may have, and not one that a name may come from. */
const wrongValue = fc.constantFrom<unknown>(null, true, {}, [], [0.5], -1, 51, 1e308, [0, 2], undefined);

const NAMES = ['type', 'username', 'message', 'to', 'from', 'color', 'width', 'seq', 'lines', 'at', 'online'];
const TYPES = ['join', 'chat', 'private', 'line', 'clear', 'joined', 'system', 'error', 'canvas', 'welcome'];

/** Fields that no lesson knows. The names that an object has by birth are among them. */
const extraFields = fc.dictionary(
  fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON'),
    fc.string().map((text) => `x${text}`),
  ),
  fc.jsonValue(),
);

/** Any text: no JSON, any JSON, and JSON with fields that have the right names and any value. */
const junk = fc.oneof(
  anyText,
  fc.json(),
  fc
    .dictionary(fc.constantFrom(...NAMES), fc.oneof(fc.jsonValue(), fc.constantFrom(...TYPES), anyText))
    .map((value) => JSON.stringify(value)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
);

/** A message that is right but for one field, which is missing, or has a value that it cannot have. */
function brokenMessages({ messages, optional }: Lesson): fc.Arbitrary<Fields> {
  return fc.tuple(messages, fc.nat(), wrongValue).map(([message, n, wrong]) => {
    const keys = Object.keys(message).filter((key) => !(wrong === undefined && key === optional));
    return { ...message, [keys[n % keys.length] ?? 'message']: wrong };
  });
}

describe.each(LESSONS.filter(({ protocol }) => protocol))('the protocol of lesson $number', (lesson) => {
  const { protocol, allowed = [], messages, answers } = lesson;
  const { parse, parseServerMessage, normaliseUsername, ERROR_TEXTS = {} } = protocol ?? {};
  if (!parseServerMessage) return;

  if (parse) {
    test('parse never throws, and gives a known code or a message within the limits', () => {
      fc.assert(
        fc.property(fc.oneof(junk, brokenMessages(lesson).map(toText), messages.map(toText)), (text) => {
          const parsed = parse(text);
          if (typeof parsed === 'string') {
            expect(Object.keys(ERROR_TEXTS)).toContain(parsed);
          } else {
            expect(allowed.some((fields) => hasExactly(parsed, fields))).toBe(true);
            expect(parse(toText(parsed))).toEqual(parsed);
          }
        }),
      );
    });

    test('parse takes every message of the protocol as it is, and ignores what else is in it', () => {
      fc.assert(
        fc.property(messages, extraFields, (message, extra) => {
          const anonymous = message.username === '' ? { username: 'Anonymous' } : {};
          expect(parse(toText(message))).toEqual({ ...message, ...anonymous });
          expect(parse(toText({ ...extra, ...message }))).toEqual({ ...message, ...anonymous });
        }),
      );
    });

    test('parse refuses a message with one field that is missing or wrong', () => {
      fc.assert(
        fc.property(brokenMessages(lesson), extraFields, (message, extra) => {
          expect(parse(toText({ ...extra, ...message }))).toBe('bad-message');
        }),
      );
    });

    test('parse tells what is no JSON from what is no message', () => {
      fc.assert(
        fc.property(anyText.filter(isNoJson), fc.jsonValue().filter(isNoObject), (text, value) => {
          expect(parse(text)).toBe('not-json');
          expect(parse(toText(value))).toBe('bad-message');
        }),
      );
    });
  }

  test('whatever the server can send parses to itself, and other fields are dropped', () => {
    fc.assert(
      fc.property(answers, extraFields, (answer, extra) => {
        expect(parseServerMessage(toText(answer))).toEqual(answer);
        expect(parseServerMessage(toText({ ...extra, ...answer }))).toEqual(answer);
      }),
    );
  });

  test('parseServerMessage never throws, and what it gives parses to itself', () => {
    const almost = fc
      .tuple(answers, fc.constantFrom(...NAMES), wrongValue)
      .map(([answer, key, wrong]) => toText({ ...answer, [key]: wrong }));
    const unknownCode = fc
      .tuple(
        errorOf({ ERROR_TEXTS }),
        fc.constantFrom('constructor', '__proto__', 'toString', '', 'no-such-code'),
      )
      .map(([error, code]) => toText({ ...error, code }));
    fc.assert(
      fc.property(fc.oneof(junk, almost, unknownCode, messages.map(toText)), (text) => {
        const parsed = parseServerMessage(text);
        if (parsed === undefined) return;
        expect(parseServerMessage(toText(parsed))).toEqual(parsed);
        expect([...Object.keys(ERROR_TEXTS), undefined]).toContain((parsed as Fields).code);
      }),
    );
  });

  if (normaliseUsername) {
    const names = fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 25 }));

    test('a name is 1 to 20 code points that can be seen, and is normalised for good', () => {
      fc.assert(
        fc.property(names, (text) => {
          const found = normaliseUsername(text);
          if (found === undefined) return;
          expect(found).toSatisfy(isName);
          expect(normaliseUsername(found)).toBe(found);
          expect(normaliseUsername(` \t${found}\u3000\n`)).toBe(found);
        }),
        { numRuns: 500 },
      );
    });

    test('letters that are seen make a name, whatever the script, up to 20', () => {
      const letters = fc.string({
        unit: fc.constantFrom('a', 'Ж', '世', '🎨', 'ß', '1', '-', '<', '\u3042'),
        minLength: 1,
        maxLength: 30,
      });
      fc.assert(
        fc.property(letters, (text) => {
          expect(normaliseUsername(text)).toBe([...text].length <= 20 ? text : undefined);
        }),
      );
    });

    test('a name with one character that cannot be seen is refused', () => {
      const unseen = fc.oneof(
        fc.constantFrom(...'\0\u0007\u001b\u007f\u0085\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u202e'),
        fc.constantFrom(...'\u2028\u2029\u2060\u2066\u3164\ufe0f\ufeff\uffa0\ufff9\ue000\uffff'),
        fc.constantFrom('\ud83c', '\udfa8', '\u{e0001}', '\u{e0100}', '\u{f0000}', '\u{10ffff}'),
      );
      fc.assert(
        fc.property(unseen, (character) => {
          expect(normaliseUsername(`a${character}b`)).toBeUndefined();
        }),
      );
    });
  }
});

/** A message as an attacker sends it: a text or bytes, in so many fragments. */
type Sent = { isBinary: boolean; payload: Buffer; fragments: number };

/** What a connection got from the server, in its order, up to its end. */
type Got = { opcode: number; payload: Buffer }[];

const smallBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

function messagesTo(lesson: Lesson): fc.Arbitrary<Sent[]> {
  const right = lesson.protocol?.parse
    ? lesson.messages.map(toText)
    : lesson.messages.map(({ message }) => String(message));
  const text = fc.oneof(right, right, brokenMessages(lesson).map(toText), junk);
  return fc.array(
    fc
      .record({
        isBinary: fc.constant(false),
        payload: text.map((one) => Buffer.from(one)),
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
function framesOf({ isBinary, payload, fragments }: Sent): Buffer[] {
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

describe.each(LESSONS)('the server of lesson $number', (lesson) => {
  const { number, protocol, opening, call } = lesson;
  let server: RunningServer;
  let observer: RecordingClient;
  let people = 0;
  let calls = 0;
  /** How much of the server's output, and of what the observer got, has been looked at. */
  let read = 0;
  let overheard = 0;

  beforeAll(async () => {
    server = await startServer(`lessons/${number}/server.ts`);
    observer = await connectRecording(server.socketUrl);
    for (const message of opening('observer')) observer.send(message);
    await getsItsAnswer(observer);
  });
  afterAll(() => server.stop());

  test('answers any messages, in fragments and cut into packets anywhere, and their sender alone', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    const property = fc.asyncProperty(messagesTo(lesson), cuts, async (messages, places) => {
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
    const connection = await rawConnect(server.socketUrl);
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
    if (number === '01') {
      const echoes = sent.map(({ isBinary, payload }) =>
        isBinary ? { opcode: 2, payload } : { opcode: 1, payload: Buffer.from(`Echo: ${payload}`) },
      );
      expect(answers.slice(1)).toEqual(echoes);
    } else if (number === '02') {
      const echoes = sent.map(({ isBinary, payload }) =>
        isBinary ? { type: 'error', code: 'not-text' } : { type: 'echo', message: payload.toString() },
      );
      expect(answers.slice(1).map(({ payload }) => JSON.parse(payload.toString()))).toMatchObject(echoes);
    } else {
      // Whether a name is taken, or a person there, is for the lesson's own tests: it is not in the message.
      const codes = sent.map(({ isBinary, payload }) =>
        isBinary ? 'not-text' : protocol?.parse?.(payload.toString()),
      );
      expect(answers.flatMap(errorCode).filter((code) => !/taken|unknown/.test(code))).toEqual(
        codes.filter((code) => typeof code === 'string'),
      );
    }
    if (number !== '01') for (const { payload } of answers) expectKnown(payload.toString());
  }

  /** A fresh client is served as ever, and nobody was told of what went before. */
  async function isWell(): Promise<void> {
    people += 1;
    const alice = await connectRecording(server.socketUrl);
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

  /** In every lesson with a protocol: the message parses, to itself. */
  function expectKnown(text: string): void {
    if (protocol) expect(protocol.parseServerMessage(text)).toEqual(JSON.parse(text));
    else expect(text).toMatch(/^(Welcome to Echo WebSocket Server!|Echo: call \d+)$/);
  }
});

/** The code of an error message, in a list, or an empty list. */
function errorCode({ payload }: { payload: string | Buffer }): string[] {
  const parsed: unknown = isNoJson(String(payload)) ? undefined : JSON.parse(String(payload));
  const { type, code } = Object(parsed) as Fields;
  return type === 'error' ? [String(code)] : [];
}

function toText(value: unknown): string {
  return JSON.stringify(value);
}

function hasExactly(value: unknown, fields: Record<string, (value: unknown) => boolean>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  return (
    entries.length === Object.keys(fields).length && entries.every(([key, field]) => fields[key]?.(field))
  );
}

function isNoJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

function isNoObject(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value);
}
