/** The messages of lesson 08, and the one place that decides whether what came over the network is one. */

export type ClientMessage =
  | { type: 'join'; username: string }
  /** `id` is the client's: a message that is sent again has the same one. */
  | { type: 'chat'; id: string; message: string }
  /** Asks for what came after `seq`. Who knows nothing yet has the epoch '' and the number 0. */
  | { type: 'since'; epoch: string; seq: number };

/** A message as the server keeps it. The first one after a start has the number 1, the next one 2, without a gap. */
export type Said = { seq: number; username: string; message: string; at: string };

export type ServerMessage =
  | { type: 'joined'; username: string; usernames: string[]; at: string }
  | { type: 'system'; message: string; usernames: string[]; at: string }
  | ({ type: 'chat' } & Said)
  /** To the sender alone: the server has it, under this number. */
  | { type: 'ack'; id: string; seq: number; at: string }
  /** The next ones after the number that was asked for. `last` is the newest there is: who has less asks again. */
  | { type: 'missed'; messages: Said[]; last: number; at: string }
  /** That number means nothing here, or is too old. These are the newest: there may be a gap before them. */
  | { type: 'snapshot'; epoch: string; messages: Said[]; last: number; at: string }
  | { type: 'error'; code: ErrorCode; message: string; at: string };

export type ErrorCode =
  | 'not-text'
  | 'not-json'
  | 'bad-message'
  | 'not-joined'
  | 'bad-username'
  | 'username-taken';

/** For each error code, a sentence for the person who reads it. */
export const ERROR_TEXTS: Record<ErrorCode, string> = {
  'not-text': 'This server takes text. It does not take binary messages.',
  'not-json': 'This is not JSON.',
  'bad-message': 'This is no message that the server knows. A chat message has 1 to 2,000 characters.',
  'not-joined': 'Choose a name first.',
  'bad-username': 'A name has 1 to 20 characters that can be seen.',
  'username-taken': 'Somebody here has this name already.',
};

/**
 * Turns a text from a client into a message, or says what is wrong with it.
 * Only the fields that we know are copied. A username comes back normalised.
 */
export function parse(text: string): ClientMessage | ErrorCode {
  const value = parseJson(text);
  if (value === undefined) return 'not-json';
  if (!isObject(value)) return 'bad-message';
  const { type, username, id, message, epoch, seq } = value;
  if (type === 'join' && typeof username === 'string') {
    const name = normaliseUsername(username);
    return name === undefined ? 'bad-username' : { type, username: name };
  }
  if (type === 'chat' && isId(id) && isChatText(message)) return { type, id, message };
  if (type === 'since' && isEpoch(epoch) && isNumber(seq)) return { type, epoch, seq };
  return 'bad-message';
}

// Control and unassigned characters, line separators, and characters that nobody can see: the last two are signs
// that are blank. And an accent at the beginning: it has no letter, and so it joins what stands before the name.
const FORBIDDEN_IN_NAMES = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]|^\p{M}/u;

// On a page several blanks look like one.
const BLANKS = /\p{Zs}+/gu;

/**
 * Gives a name in the one spelling that the server keeps: `ａlice` in wide letters and ` alice ` become `alice`,
 * and blanks inside, of any kind and number, become one space. Gives undefined where the text is no name: empty,
 * longer than 20 code points, with characters that cannot be seen, or with a mark that stands on no letter.
 */
export function normaliseUsername(username: string): string | undefined {
  const trimmed = username.trim();
  // No name needs more. To normalise 32,000 accents takes a second.
  if (trimmed.length > 200) return undefined;
  const name = trimmed.normalize('NFKC').replace(BLANKS, ' ').trim();
  const length = [...name].length;
  return length < 1 || length > 20 || FORBIDDEN_IN_NAMES.test(name) ? undefined : name;
}

function isChatText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 2000;
}

/** As crypto.randomUUID() gives it. Nobody else makes the same one by chance. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function isEpoch(value: unknown): value is string {
  return value === '' || isId(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Turns a text from the server into a message, or into undefined where it is none that we know. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { type, at, username, usernames, message, code, id, seq, epoch, messages, last } = value;
  if (typeof at !== 'string') return undefined;
  if (type === 'joined' && typeof username === 'string' && isStrings(usernames)) {
    return { type, username, usernames, at };
  }
  if (type === 'ack' && isId(id) && isNumber(seq)) return { type, id, seq, at };
  if (type === 'chat') {
    const said = readSaid(value);
    return said && { type, ...said };
  }
  if ((type === 'missed' || type === 'snapshot') && Array.isArray(messages) && isNumber(last)) {
    const read = messages.flatMap((one) => readSaid(one) ?? []);
    if (read.length < messages.length) return undefined;
    if (type === 'missed') return { type, messages: read, last, at };
    return isId(epoch) ? { type, epoch, messages: read, last, at } : undefined;
  }
  if (typeof message !== 'string') return undefined;
  if (type === 'system' && isStrings(usernames)) return { type, message, usernames, at };
  if (type === 'error' && isErrorCode(code)) return { type, code, message, at };
  return undefined;
}

function readSaid(value: unknown): Said | undefined {
  if (!isObject(value)) return undefined;
  const { seq, username, message, at } = value;
  if (!isNumber(seq) || typeof username !== 'string') return undefined;
  return typeof message === 'string' && typeof at === 'string' ? { seq, username, message, at } : undefined;
}

/** JSON.parse without the exception: undefined, which is no JSON value, where the text does not parse. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TEXTS, code);
}
