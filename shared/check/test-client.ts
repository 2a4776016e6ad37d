/** A client that talks to the learner's server, records all of it, and says in a sentence what is wrong. */
import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { type Entry, seconds } from '#shared/lesson/conversation.ts';
import type { Host, Problem } from './host.ts';

/** A JSON object that came from the server. */
export type Message = Record<string, unknown>;

/**
 * What a message should look like: it has these fields with these values, and may have more.
 * A function is asked about the value; its name, in words, is what a failure prints.
 */
export type Pattern = Record<string, unknown>;

/** A server that answers wrongly. The message is the sentence for the learner. */
export class WrongAnswer extends Error {}

/** A server that sends more than a client can take: it would spoil the tests that follow, too. */
export class Flood extends WrongAnswer {}

/** A server that died or hangs. */
export class ServerGone extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export type Client = {
  name: string;
  /** Sends a text, bytes, or anything else as JSON. */
  send: (message: unknown) => void;
  /** Sends many messages at once: each is a frame of its own, but the network gets them in few pieces. */
  sendAll: (messages: unknown[]) => void;
  /** Waits for a message that fits and that no earlier call took. A sentence of your own says what it means if none comes. */
  receives: (pattern: Pattern, sentence?: string) => Promise<Message>;
  /** From the connection's start to the end of the whole check, no message may fit. */
  never: (pattern: Pattern, sentence: string) => void;
  /** From the connection's start to the end of the whole check, these words are in nothing that comes, JSON or not. */
  neverHears: (words: string, sentence: string) => void;
  /** To the end of the whole check, exactly so many messages fit. */
  exactly: (count: number, pattern: Pattern, sentence: string) => void;
  /** Closes the connection with the closing handshake, and waits until it is closed. */
  leaves: () => Promise<void>;
  /** Cuts the TCP connection without a closing handshake. */
  vanishes: () => Promise<void>;
  /** Says goodbye and never hangs up, so that the server's socket is CLOSING from now on, and stays so. */
  lingers: () => Promise<void>;
  /** Stops reading: what the server sends stays in its buffers. */
  stopsReading: () => void;
  /** All JSON objects that came so far, in their order. */
  received: () => Message[];
  /** The sentences of the rules (`never`, `exactly`) that are broken now. */
  brokenRules: () => string[];
  /** Whether a message that fits came after all, and how long after its deadline, in ms. */
  lateBy: () => number | undefined;
  /** Ends the connection at once. */
  end: () => void;
};

/** How long to wait, in ms: 1 s for the first message that is missing, less for later ones. */
export type Patience = { now: number; shorten: () => void };

/** The most messages, and bytes, that one client takes within one test. */
const FLOOD_MESSAGES = 20_000;
const FLOOD_BYTES = 16 * 1024 * 1024;

/**
 * Connects a client.
 *
 * @param entries where to record what is said
 * @throws WrongAnswer if the server refuses; ServerGone if it is no more
 */
export async function connectClient(
  name: string,
  port: number,
  host: Host,
  entries: Entry[],
  patience: Patience,
): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { maxPayload: FLOOD_BYTES });
  const heard: { text: string; value: unknown; decoded: string }[] = [];
  const taken = new Set<number>();
  const rules: { isKept: () => boolean; sentence: string }[] = [];
  let missing: { pattern: Pattern; at: number } | undefined;
  let late: number | undefined;
  let bytes = 0;
  let flooded: string | undefined;
  let opened = false;
  let refusal = '';
  let closed = false;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const wake of waiting) wake();
    waiting.clear();
  };

  socket.on('open', () => {
    opened = true;
    changed();
  });
  socket.on('message', (data, isBinary) => {
    const text = isBinary ? `<binary ${data.toString('hex').slice(0, 60)}>` : data.toString();
    bytes += text.length;
    if (heard.length >= FLOOD_MESSAGES || bytes > FLOOD_BYTES) {
      flooded = bytes > FLOOD_BYTES ? '16 MiB' : `${FLOOD_MESSAGES} messages`;
      socket.terminate();
    } else {
      const value = readJson(text);
      heard.push({ text, value, decoded: isBinary ? data.toString() : text });
      entries.push({ kind: 'received', who: name, text, at: Date.now() });
      if (missing && fits(value, missing.pattern)) late ??= Date.now() - missing.at;
    }
    changed();
  });
  let tcp: Socket | undefined;
  socket.on('upgrade', (response) => {
    tcp = response.socket;
  });
  socket.on('close', (code, reason) => {
    closed = true;
    entries.push({ kind: 'closed', who: name, code, reason: reason.toString(), at: Date.now() });
    changed();
  });
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') flooded = '16 MiB';
    const [, status] = /^Unexpected server response: (\d+)$/.exec(error.message) ?? [];
    if (status !== undefined) refusal = ` It answered with the HTTP status ${status}.`;
  });

  /** Waits until `look` gives something. Undefined when the patience is over, and the server still takes turns. */
  async function watch<T>(look: () => T | undefined): Promise<T | undefined> {
    const waited = patience.now;
    let timer: NodeJS.Timeout | undefined;
    let gone: Problem | undefined;
    let over = false;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waited);
    }).then(async () => {
      // Under load this process or the server may have been slow: both take some more turns before the verdict.
      for (let turn = 0; turn < 3; turn += 1) {
        await host.turn().catch(() => {});
        await new Promise((resolve) => setImmediate(resolve));
      }
      over = true;
      changed();
    });
    deadline.catch(() => {});
    host.failed.then((problem) => {
      gone = problem;
      changed();
    });
    try {
      for (;;) {
        if (flooded) {
          throw new Flood(
            `${name} got more than ${flooded} within one test. Does the server send in a loop?`,
          );
        }
        const found = look();
        if (found !== undefined) return found;
        if (gone) throw new ServerGone(gone);
        if (over) return undefined;
        await new Promise<void>((wake) => waiting.add(wake));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  function addRule(isKept: () => boolean, sentence: string): void {
    rules.push({ isKept, sentence });
    const [broken] = brokenRules();
    if (broken !== undefined) throw new WrongAnswer(broken);
  }

  function brokenRules(): string[] {
    return rules.filter(({ isKept }) => !isKept()).map(({ sentence }) => sentence);
  }

  function count(pattern: Pattern): number {
    return heard.filter(({ value }) => fits(value, pattern)).length;
  }

  const isOpen = await watch(() => opened || (closed ? false : undefined));
  if (!isOpen) {
    patience.shorten();
    await host.turn().catch(() => {});
    const problem = host.problem();
    if (problem) throw new ServerGone(problem);
    throw new WrongAnswer(
      `${name} could not connect: the server did not accept the WebSocket handshake.${refusal}`,
    );
  }

  function send(message: unknown): void {
    const data = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    const text = typeof data === 'string' ? data : `<binary ${data.toString('hex').slice(0, 60)}>`;
    entries.push({ kind: 'sent', who: name, text, at: Date.now() });
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  }

  return {
    name,
    send,
    sendAll(messages) {
      tcp?.cork();
      for (const message of messages) send(message);
      tcp?.uncork();
    },
    async receives(pattern, sentence) {
      const from = entries.length;
      let next = 0;
      const found = await watch(() => {
        for (; next < heard.length; next += 1) {
          if (!taken.has(next) && fits(heard[next]?.value, pattern)) return next;
        }
        return closed ? -1 : undefined;
      });
      if (found !== undefined && found >= 0) {
        taken.add(found);
        const message = heard[found]?.value;
        if (isMessage(message)) return message;
      }
      // A server that ends closes its connections a moment before its process is gone.
      if (found === -1) await host.turn().catch(() => {});
      const problem = host.problem();
      if (problem) throw new ServerGone(problem);
      const expected = printPattern(pattern);
      if (found === -1)
        throw new WrongAnswer(`The server closed ${name}'s connection instead of sending ${expected}.`);
      entries.push({ kind: 'missing', who: name, expected, within: patience.now, at: Date.now() });
      missing = { pattern, at: Date.now() };
      const untaken = heard.filter((_, at) => !taken.has(at));
      const near = nearMiss(name, untaken, pattern);
      const came = entries.slice(from).some((entry) => entry.kind === 'received' && entry.who === name);
      const nothing = `${name} waits for ${short(expected)}, but nothing ${came ? 'that fits' : 'more'} came within ${seconds(patience.now)}.`;
      patience.shorten();
      throw new WrongAnswer([sentence, near ?? nothing].filter(Boolean).join(' '));
    },
    never: (pattern, sentence) => addRule(() => count(pattern) === 0, sentence),
    neverHears: (words, sentence) =>
      addRule(() => !heard.some(({ decoded }) => decoded.includes(words)), sentence),
    exactly: (times, pattern, sentence) => addRule(() => count(pattern) === times, sentence),
    async leaves() {
      socket.close(1000);
      await watch(() => closed || undefined);
      if (!closed) throw new WrongAnswer(`The server did not close ${name}'s connection when ${name} left.`);
    },
    async vanishes() {
      socket.terminate();
      await watch(() => closed || undefined);
    },
    async lingers() {
      let hungUp = false;
      tcp?.once('end', () => {
        hungUp = true;
        changed();
      });
      if (tcp) Object.assign(tcp, { allowHalfOpen: true, end: () => tcp });
      entries.push({ kind: 'sent', who: name, text: '<goodbye, but the line stays up>', at: Date.now() });
      socket.close(1000);
      await watch(() => hungUp || closed || undefined);
    },
    stopsReading() {
      socket.pause();
    },
    received: () => heard.map(({ value }) => value).filter(isMessage),
    brokenRules,
    lateBy: () => late,
    end() {
      socket.terminate();
    },
  };
}

/** Whether a value has all fields of a pattern. */
export function fits(value: unknown, pattern: Pattern): boolean {
  if (!isMessage(value)) return false;
  return Object.entries(pattern).every(([key, expected]) => fieldFits(fieldOf(value, key), expected));
}

/** The fields of a pattern that a message has not, or with another value. */
function wrongFields(message: Message, pattern: Pattern): [key: string, expected: unknown][] {
  return Object.entries(pattern).filter(([key, expected]) => !fieldFits(fieldOf(message, key), expected));
}

function fieldOf(message: Message, key: string): unknown {
  return Object.hasOwn(message, key) ? message[key] : undefined;
}

function fieldFits(actual: unknown, expected: unknown): boolean {
  return typeof expected === 'function' ? expected(actual) === true : isDeepStrictEqual(actual, expected);
}

/** A pattern as a learner reads it: {"type":"chat","at":<a time in UTC>} */
export function printPattern(pattern: Pattern): string {
  return `{${Object.entries(pattern)
    .map(([key, value]) => `${JSON.stringify(key)}:${printExpected(value)}`)
    .join(',')}}`;
}

function printExpected(expected: unknown): string {
  return typeof expected === 'function' ? `<${expected.name}>` : JSON.stringify(expected);
}

/** What is wrong with the message that comes closest, in a sentence: of the same type, with the fewest wrong fields. */
function nearMiss(
  name: string,
  values: { text: string; value: unknown }[],
  pattern: Pattern,
): string | undefined {
  let closest: { message: Message; wrong: [key: string, expected: unknown][] } | undefined;
  for (const { value } of values) {
    if (!isMessage(value) || value.type !== pattern.type) continue;
    const wrong = wrongFields(value, pattern);
    if (!closest || wrong.length <= closest.wrong.length) closest = { message: value, wrong };
  }
  const [field] = closest?.wrong ?? [];
  if (closest && field) {
    const [key, expected] = field;
    const actual = fieldOf(closest.message, key);
    const what = `${name} got a message of type ${JSON.stringify(pattern.type)}`;
    if (actual === undefined) return `${what}, but it has no "${key}".`;
    return `${what}, but its "${key}" is ${short(JSON.stringify(actual))} and should be ${short(printExpected(expected))}.`;
  }
  const last = values.at(-1);
  if (last && !isMessage(last.value)) {
    return `${name} got ${short(JSON.stringify(last.text))}, which is not a JSON object.`;
  }
  if (last && isMessage(last.value) && last.value.type === 'error') {
    return `${name} got the error ${short(JSON.stringify(last.value.code))} instead.`;
  }
  return undefined;
}

function short(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
