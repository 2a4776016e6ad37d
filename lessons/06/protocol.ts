/** The messages of lesson 06, and the one place that decides whether what came over the network is one. */

/** A place on the canvas, as fractions of its width and height: [0, 0] is top left, [1, 1] bottom right. */
export type Point = [x: number, y: number];

/** A straight line. `color` is #rrggbb, `width` is 1 to 50 thousandths of the canvas's width. */
export type Line = { from: Point; to: Point; color: string; width: number };

export type ClientMessage = ({ type: 'line' } & Line) | { type: 'clear' };

export type ServerMessage =
  | { type: 'canvas'; lines: Line[]; seq: number }
  | ({ type: 'line'; seq: number } & Line)
  | { type: 'clear'; seq: number }
  | { type: 'error'; code: ErrorCode; message: string; at: string };

export type ErrorCode = 'not-text' | 'not-json' | 'bad-message';

/** Server and clients keep this many lines, the newest. So memory has a bound, and all canvases are equal. */
export const MAX_LINES = 10_000;

/** For each error code, a sentence for the person who reads it. */
export const ERROR_TEXTS: Record<ErrorCode, string> = {
  'not-text': 'This server takes text. It does not take binary messages.',
  'not-json': 'This is not JSON.',
  'bad-message': 'Send a line with from, to, color (#rrggbb) and width (1 to 50), or a clear.',
};

/**
 * Turns a text from a client into a message, or says what is wrong with it.
 * Only the fields that we know are copied.
 */
export function parse(text: string): ClientMessage | ErrorCode {
  const value = parseJson(text);
  if (value === undefined) return 'not-json';
  if (!isObject(value)) return 'bad-message';
  if (value.type === 'clear') return { type: 'clear' };
  const line = value.type === 'line' ? readLine(value) : undefined;
  return line ? { type: 'line', ...line } : 'bad-message';
}

/** Turns a text from the server into a message, or into undefined where it is none that we know. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { type, seq, code, message, at } = value;
  if (type === 'error' && isErrorCode(code) && typeof message === 'string' && typeof at === 'string') {
    return { type, code, message, at };
  }
  if (typeof seq !== 'number') return undefined;
  if (type === 'clear') return { type, seq };
  if (type === 'line') {
    const line = readLine(value);
    return line && { type, seq, ...line };
  }
  if (type === 'canvas' && Array.isArray(value.lines)) {
    const lines = value.lines.map((line: unknown) => (isObject(line) ? readLine(line) : undefined));
    return { type, seq, lines: lines.filter((line) => line !== undefined) };
  }
  return undefined;
}

function readLine({ from, to, color, width }: Record<string, unknown>): Line | undefined {
  if (!isPoint(from) || !isPoint(to)) return undefined;
  if (typeof color !== 'string' || !/^#[0-9a-f]{6}$/i.test(color)) return undefined;
  if (typeof width !== 'number' || width < 1 || width > 50) return undefined;
  return { from, to, color, width };
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(isFraction);
}

function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
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
