/** The messages of lesson 03, and the one place that decides whether what came over the network is one. */

export type ClientMessage = { username: string; message: string };

export type ServerMessage =
  | { type: 'system'; message: string; online: number; at: string }
  | { type: 'chat'; username: string; message: string; at: string }
  | { type: 'error'; code: ErrorCode; message: string; at: string };

export type ErrorCode = 'not-text' | 'not-json' | 'bad-message';

/** For each error code, a sentence for the person who reads it. */
export const ERROR_TEXTS: Record<ErrorCode, string> = {
  'not-text': 'This server takes text. It does not take binary messages.',
  'not-json': 'This is not JSON.',
  'bad-message':
    'Send {"username": "…", "message": "…"}: a name of up to 20 characters, a message of 1 to 2,000.',
};

/**
 * Turns a text from a client into a message, or says what is wrong with it.
 * Only the fields that we know are copied. A missing or empty username becomes 'Anonymous'.
 */
export function parse(text: string): ClientMessage | ErrorCode {
  const value = parseJson(text);
  if (value === undefined) return 'not-json';
  if (!isObject(value)) return 'bad-message';
  const { username = '', message } = value;
  if (typeof username !== 'string' || username.length > 20) return 'bad-message';
  if (typeof message !== 'string' || message.length < 1 || message.length > 2000) return 'bad-message';
  return { username: username || 'Anonymous', message };
}

/** Turns a text from the server into a message, or into undefined where it is none that we know. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { type, message, at, username, online, code } = value;
  if (typeof message !== 'string' || typeof at !== 'string') return undefined;
  if (type === 'system' && typeof online === 'number') return { type, message, online, at };
  if (type === 'chat' && typeof username === 'string') return { type, username, message, at };
  if (type === 'error' && isErrorCode(code)) return { type, code, message, at };
  return undefined;
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

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TEXTS, code);
}
