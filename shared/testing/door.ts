/** Comes into a lesson that wants to know who one is: with a password one gets a cookie, and with that a ticket. */

/** The tests have no secrets. */
export const PASSWORD = 'correct horse battery';

/** What is needed to ask for things as somebody who is logged in. */
export type Guest = {
  /** As the browser would send it. */
  cookie: string;
  /** Asks for something: POST /logout. Gives the answer. */
  post: (path: string, headers?: Record<string, string>) => Promise<Response>;
  /** Where one may connect now, once: ws://localhost:40123/?ticket=… */
  socketUrl: () => Promise<string>;
};

/** Posts a name and a password. */
export function postForm(
  url: string,
  path: '/login' | '/register',
  form: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = typeof form === 'string' ? form : JSON.stringify(form);
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
}

/**
 * Logs somebody in. Who has no name there yet gets one.
 *
 * @param url where the lesson's server is: http://localhost:40123
 * @throws where the server lets nobody in
 */
export async function logIn(url: string, username: string, password = PASSWORD): Promise<Guest> {
  const form = { username, password };
  let answer = await postForm(url, '/register', form);
  if (answer.status === 409) answer = await postForm(url, '/login', form);
  const [cookie] = answer.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`${username} got no cookie, but ${answer.status}.`);
  return guestWith(url, cookie.replace(/;.*/, ''));
}

/** Somebody who has a cookie already. */
export function guestWith(url: string, cookie: string): Guest {
  const post = (path: string, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', headers: { Cookie: cookie, ...headers } });
  return {
    cookie,
    post,
    async socketUrl() {
      const answer = await post('/ticket');
      if (answer.status !== 200) throw new Error(`There is no ticket, but ${answer.status}.`);
      const { ticket }: { ticket: string } = JSON.parse(await answer.text());
      return `${url.replace(/^http/, 'ws')}/?ticket=${ticket}`;
    },
  };
}

/** For each server: those who are logged in. To log in takes a while, on purpose. */
const guests = new Map<string, Promise<Guest>>();

/** Where somebody of this name may connect now: the first word of it is the user. */
export async function socketUrlFor(url: string, name: string): Promise<string> {
  const [user = name] = name.split(' ');
  const key = `${url} ${user}`;
  const guest = guests.get(key) ?? logIn(url, user);
  guests.set(key, guest);
  return (await guest).socketUrl();
}
