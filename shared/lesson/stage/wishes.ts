/** Reads what a page asks of its stage's server, as strictly as if a stranger had sent it. */
import type { IncomingMessage } from 'node:http';
import type { CableWish } from './cable-news.ts';
import { refusal } from './refusal.ts';

/** 64 KiB of bytes as hexadecimal digits, with blanks between them, and a little more. */
const MOST_CHARACTERS = 200 * 1024;

const DEEDS = ['open', 'close', 'cut', 'freeze', 'slow', 'heal'] as const;

/** @throws a refusal where the body is too long, or no JSON object */
export async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += part;
    if (text.length > MOST_CHARACTERS) throw refusal(413, 'That is too long.');
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(400, 'The request must be a JSON object.');
  }
  return { ...value };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(400, 'The request must be a JSON object.');
  }
}

/** @throws a refusal where it is no wish */
export function cableWish({ client, do: deed, port }: Record<string, unknown>): CableWish {
  const known = DEEDS.find((one) => one === deed);
  if (typeof client !== 'string' || !/^[a-z0-9]{1,12}$/.test(client)) {
    throw refusal(400, 'A client has a name of 1 to 12 small letters and digits.');
  }
  if (known === undefined) throw refusal(400, `A cable can do this: ${DEEDS.join(', ')}.`);
  if (port === undefined) return { client, do: known };
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1024 || port > 65_535) {
    throw refusal(400, 'A port is a whole number from 1024 to 65535.');
  }
  return { client, do: known, port };
}
