/** The doors of the house, over HTTP: register, log in, log out, and a ticket for the WebSocket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts, User } from './accounts.ts';
import { readCookie } from './cookie.ts';
import { type Form, readForm, refuse } from './form.ts';
import { isOwnPage, makeCookie } from './guard.ts';
import { createBuckets } from './limits.ts';
import { SESSION_LIFE, type Session, type Sessions } from './sessions.ts';
import type { Tickets } from './tickets.ts';

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
      if (!isOwnPage(request)) return refuse(response, 403);
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

  const register = entrance(409, ({ username, password }) => accounts.register(username, password));

  return {
    'POST /register': async (request, response) => {
      if (accounts.isFull()) refuse(response, 503);
      else await register(request, response);
    },
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
