/** Comes into a lesson that wants to know who one is: with a password one gets a cookie, and with that a ticket. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { Knocking } from './traits.ts';

/** The tests have no secrets. */
export const PASSWORD = 'correct horse battery';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** What is needed to ask for things as somebody who is logged in. */
export type Guest = {
  /** As the browser would send it: name=value */
  cookie: string;
  /** Asks for something: post('/logout'). */
  post: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Where one may connect now, once: ws://localhost:40123/?ticket=… */
  socketUrl: () => Promise<string>;
};

/** `localAddress`: from where it comes, where this machine has another address: '127.0.0.2' */
type Asked = { method?: string; headers?: object; body?: string; localAddress?: string | undefined };

/** Asks over a connection of its own: none is left when the answer is there. */
export async function ask(
  url: string,
  path: string,
  { method = 'POST', headers = {}, body = '', localAddress }: Asked = {},
): Promise<Answer> {
  const { hostname, port, host } = new URL(url);
  const asked = request({
    ...{ host: hostname === 'localhost' ? '127.0.0.1' : hostname, port, path, method, agent: false },
    ...(localAddress === undefined ? {} : { localAddress }),
    headers: { Host: host, ...headers },
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** Posts a name and a password, or a text that should be such a form. */
export function postForm(
  url: string,
  path: '/login' | '/register',
  form: unknown,
  headers: Record<string, string> = {},
  localAddress?: string,
): Promise<Answer> {
  const body = typeof form === 'string' ? form : JSON.stringify(form);
  return ask(url, path, { headers: { 'Content-Type': 'application/json', ...headers }, body, localAddress });
}

/**
 * Logs somebody in. Who has no name there yet gets one.
 *
 * @param url where the lesson's server is: http://localhost:40123
 * @throws where the server lets nobody in
 */
export async function logIn(
  url: string,
  username: string,
  password = PASSWORD,
  localAddress?: string,
): Promise<Guest> {
  const form = { username, password };
  let answer = await postForm(url, '/register', form, {}, localAddress);
  if (answer.status === 409) answer = await postForm(url, '/login', form, {}, localAddress);
  const [cookie] = answer.headers['set-cookie'] ?? [];
  if (cookie === undefined) throw new Error(`${username} got no cookie, but ${answer.status}.`);
  return guestWith(url, cookie.replace(/;.*/, ''), localAddress);
}

/** Somebody who has a cookie already. */
export function guestWith(url: string, cookie: string, localAddress?: string): Guest {
  const post = (path: string, headers: Record<string, string> = {}) =>
    ask(url, path, { headers: { Cookie: cookie, ...headers }, localAddress });
  return {
    cookie,
    post,
    async socketUrl() {
      const { status, body } = await post('/ticket');
      if (status !== 200) throw new Error(`There is no ticket, but ${status}.`);
      const { ticket }: { ticket: string } = JSON.parse(body);
      return `${url.replace(/^http/, 'ws')}/?ticket=${ticket}`;
    },
  };
}

/** For each server: those who are logged in. To log in takes a while, on purpose. */
const guests = new Map<string, Promise<Guest>>();

/**
 * Gives where somebody may connect now. The first word of the name is the user: so alice may have many connections.
 *
 * @param socketUrl where the server is: ws://localhost:40123
 * @param as with a password that is not the tests' own, or from another address
 * @throws where the server lets nobody in
 */
export async function enterAs(
  socketUrl: string,
  name: string,
  { password = PASSWORD, localAddress }: Knocking = {},
): Promise<string> {
  const [user = name] = name.split(' ');
  const url = new URL(socketUrl.replace(/^ws/, 'http')).origin;
  const key = JSON.stringify([url, user, password]);
  const guest = guests.get(key) ?? logIn(url, user, password, localAddress);
  guests.set(key, guest);
  // A cookie is good from everywhere. To log in from each address would be to guess too often.
  return guestWith(url, (await guest).cookie, localAddress).socketUrl();
}
