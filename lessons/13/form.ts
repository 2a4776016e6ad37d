/** Reads the name and the password that were posted, and says in a sentence why something was refused. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { Username } from './protocol.ts';

/** In bytes. A name and a password need no more. */
const MOST_BYTES = 4 * 1024;

/** A long password is work for us, too. */
const Password = v.pipe(v.string(), v.minLength(8), v.maxLength(200));
const Form = v.object({ username: Username, password: Password });
export type Form = v.InferOutput<typeof Form>;

/** What the page shows to who reads it. Whether the name or the password was wrong, it does not tell. */
const SENTENCES = {
  400: 'A name has 1 to 20 characters that can be seen, and a password 8 to 200.',
  401: 'This name and this password do not belong together.',
  403: 'Only a page of this server may ask for this.',
  409: 'Somebody has this name already.',
  413: 'This is too much for a name and a password.',
  415: 'This must be JSON.',
  429: 'These were many attempts. Wait a moment.',
  503: 'There is no room for more users here.',
};
export type Refusal = keyof typeof SENTENCES;

/** Gives the form, or the status that says why it is none. */
export async function readForm(request: IncomingMessage): Promise<Form | Refusal> {
  // A form of another page can't send this type, and a script of it has to ask us first: we never say yes.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return 415;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return 413;
    chunks.push(chunk);
  }
  try {
    return v.parse(Form, JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    return 400;
  }
}

export function refuse(response: ServerResponse, status: Refusal): void {
  // What they still send is not read.
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${SENTENCES[status]}\n`);
}
