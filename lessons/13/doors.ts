/** The doors of the house, over HTTP: register, log in, log out, and a ticket for the WebSocket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { Accounts, User } from './accounts.ts';
import { isOwnPage, makeCookie, readCookie } from './guard.ts';
import { createBuckets } from './limits.ts';
import { Username } from './protocol.ts';
import { SESSION_LIFE, type Session, type Sessions } from './sessions.ts';
import type { Tickets } from './tickets.ts';

/** In bytes. A name and a password need no more. */
const MOST_BYTES = 4 * 1024;

/** A long password is work for us, too. */
const Password = v.pipe(v.string(), v.minLength(8), v.maxLength(200));
const Form = v.object({ username: Username, password: Password });
type Form = v.InferOutput<typeof Form>;

/** What the page shows to who reads it. Whether the name or the password was wrong, it does not tell. */
const SENTENCES = {
  400: 'A name has 1 to 20 characters that can be seen, and a password 8 to 200.',
  401: 'This name and this password do not belong together.',
  403: 'Only a page of this server may ask for this.',
  409: 'Somebody has this name already.',
  413: 'This is too much for a name and a password.',
  415: 'This must be JSON.',
  429: 'These were many attempts. Wait a moment.',
};

export type House = { accounts: Accounts; sessions: Sessions; tickets: Tickets<Session> };
type Door = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Gives what answers each of the four. All of them change something: so each is a POST, and none of them a link. */
export function createDoors({ accounts, sessions, tickets }: House): Record<string, Door> {
  /** A guess costs us 50 ms of a thread. For an address: a classroom may have one. */
  const mayKnock = createBuckets(60, 1);
  /** Guesses for one name, from wherever they come. */
  const mayGuess = createBuckets(10, 0.1);
  const mayAsk = createBuckets(1_000, 100);

  /** With a name and a password: answers with a cookie, where `prove` gives a user. */
  function entrance(ifNot: 401 | 409, prove: (form: Form) => Promise<User | undefined>): Door {
    return async (request, response) => {
      const form = await readForm(request);
      if (typeof form === 'number') return refuse(response, form);
      if (!mayKnock(request.socket.remoteAddress ?? '') || !mayGuess(form.username.toLowerCase()))
        return refuse(response, 429);
      const user = await prove(form);
      if (!user) return refuse(response, ifNot);
      // Always a new session: who has put a cookie into this browser before must not know the one that counts.
      const token = await sessions.begin(user.name);
      response.setHeader('Set-Cookie', makeCookie(request, token, SESSION_LIFE / 1000));
      response.writeHead(204).end();
    };
  }

  /** For those who are logged in. */
  function inside(work: (session: Session, ...door: Parameters<Door>) => Promise<void>): Door {
    return async (request, response) => {
      if (!isOwnPage(request)) return refuse(response, 403);
      const session = sessions.find(readCookie(request));
      if (!session) return refuse(response, 401);
      if (!mayAsk(request.socket.remoteAddress ?? '')) return refuse(response, 429);
      await work(session, request, response);
    };
  }

  return {
    'POST /register': entrance(409, ({ username, password }) => accounts.register(username, password)),
    'POST /login': entrance(401, ({ username, password }) => accounts.check(username, password)),
    'POST /logout': inside(async (session, request, response) => {
      await sessions.end(session);
      response.setHeader('Set-Cookie', makeCookie(request, '', 0));
      response.writeHead(204).end();
    }),
    'POST /ticket': inside(async (session, _request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ ticket: tickets.issue(session) }));
    }),
  };
}

/** Gives the name and the password that were posted, or the status that says why not. */
async function readForm(request: IncomingMessage): Promise<Form | keyof typeof SENTENCES> {
  if (!isOwnPage(request)) return 403;
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

function refuse(response: ServerResponse, status: keyof typeof SENTENCES): void {
  // What they still send is not read.
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${SENTENCES[status]}\n`);
}
