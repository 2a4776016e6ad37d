/** The messages of lesson 02. The client sends any text. The server sends these, each as one JSON object. */

export type ServerMessage =
  | { type: 'welcome'; message: string; at: string }
  | { type: 'echo'; message: string; at: string }
  | { type: 'error'; code: ErrorCode; message: string; at: string };

export type ErrorCode = 'not-text';

/** For each error code, a sentence for the person who reads it. */
export const ERROR_TEXTS: Record<ErrorCode, string> = {
  'not-text': 'This server echoes text. It does not take binary messages.',
};

/** Turns a text from the server into a message, or into undefined where it is none that we know. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, message, at, code } = value as Record<string, unknown>;
  if (typeof message !== 'string' || typeof at !== 'string') return undefined;
  if (type === 'welcome' || type === 'echo') return { type, message, at };
  if (type === 'error' && code === 'not-text') return { type, code, message, at };
  return undefined;
}
