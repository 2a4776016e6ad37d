import type { Mistake } from '#shared/course/mistake.ts';

const cookie = 'who logs in gets a cookie that no script and no other site can use';
const ticket = 'a ticket is for who is logged in, and nobody can guess it';
const once = 'a ticket opens one connection, once, within 30 seconds';
const origin = 'a page of another origin gets 403, and nothing happens';
const who = 'the server knows who it is, and nobody can say otherwise';
const may = 'who has written a message may delete it, and the admin, and nobody else';
const tabs = 'two connections are one user';
const out = 'who logs out is out, with all connections of this session, and no other one';
const over = 'after ten minutes a session is over';

const COOKIE = 'HttpOnly; SameSite=Strict; Path=/`';
const SESSION = '  const token = newToken();\n  sessions.set(token, { user, sockets: new Set() });\n';
const TOKEN = "return randomBytes(32).toString('base64url');";
const OWN = 'return origin === undefined || origin === `http://${host}`;';
const LOG_IN_GUARD =
  '  if (!isOwnPage(request)) return refuse(response, 403);\n  const form = await readForm(request);\n';
const TICKET_GUARD =
  'function giveTicket(request: IncomingMessage, response: ServerResponse) {\n  if (!isOwnPage(request)) return refuse(response, 403);\n';
const LOG_OUT_GUARD =
  'function logOut(request: IncomingMessage, response: ServerResponse) {\n  if (!isOwnPage(request)) return refuse(response, 403);\n';
const UPGRADE_GUARD = "  if (!isOwnPage(request)) return refuseUpgrade(tcp, '403 Forbidden');\n";
const NO_SESSION = "  if (!session) return refuseUpgrade(tcp, '401 Unauthorized');\n";
const REDEEM =
  '  tickets.delete(ticket);\n  return found && performance.now() < found.endsAt ? sessions.get(found.token) : undefined;\n';
const END = "  for (const socket of sockets) dismiss(socket, 4401, 'You are logged out.');\n";
const FORBIDDEN = "  if (said.username !== user.name && !user.isAdmin) return 'forbidden';\n";

export const mistakes: Mistake[] = [
  {
    name: 'a cookie for scripts',
    test: cookie,
    sentence:
      'The cookie has no HttpOnly. Any script that gets into your page can read it, and send it away.',
    find: COOKIE,
    replace: 'SameSite=Strict; Path=/`',
  },
  {
    name: 'a cookie for all sites',
    test: cookie,
    sentence: 'The cookie has no SameSite=Strict. Pages of other sites can use it.',
    find: COOKIE,
    replace: 'HttpOnly; Path=/`',
  },
  {
    name: 'a lax cookie',
    test: cookie,
    sentence: 'The cookie is SameSite=Lax. The task asks for Strict.',
    find: COOKIE,
    replace: 'HttpOnly; SameSite=Lax; Path=/`',
  },
  {
    name: 'the name as the cookie',
    test: cookie,
    sentence:
      'The cookie is something that one can guess, like the name. It must be random: 16 bytes or more.',
    find: '  const token = newToken();\n  sessions.set',
    replace: '  const token = user.name;\n  sessions.set',
  },
  {
    name: 'numbers as tokens',
    test: cookie,
    sentence:
      'Your tokens are numbers that go up, or too short. Who has one can guess the next: take randomBytes.',
    find: TOKEN,
    replace: "return String(sessions.size + tickets.size).padStart(8, '0');",
  },
  {
    name: 'one session for each user',
    test: cookie,
    sentence:
      'Who logs in again gets the session that they have already. Each login is a session of its own, with a new cookie.',
    find: SESSION,
    replace:
      '  const known = [...sessions].find(([, session]) => session.user.name === user.name);\n  const token = known?.[0] ?? newToken();\n  sessions.set(token, { user, sockets: known?.[1].sockets ?? new Set() });\n',
  },
  {
    name: 'the cookie that came is kept',
    test: cookie,
    sentence:
      'Who logs in with a cookie keeps it. Somebody else may have put it into their browser, and is logged in then, too: always make a new token.',
    find: SESSION,
    replace:
      '  const token = readCookie(request) ?? newToken();\n  sessions.set(token, { user, sockets: new Set() });\n',
  },
  {
    name: 'a cookie before the password',
    test: cookie,
    sentence: 'Who has a wrong password gets a cookie, too. First look whether there is a user.',
    find: '  if (!user) return refuse(response, ifNot);\n',
    replace:
      "  if (!user) {\n    response.setHeader('Set-Cookie', `${cookieName(request)}=${newToken()}; HttpOnly`);\n    return refuse(response, ifNot);\n  }\n",
  },
  {
    name: 'a ticket for everybody',
    test: ticket,
    sentence:
      'Who is not logged in gets a ticket. Look for the session of the cookie first, and answer 401 where there is none.',
    find: '  if (!sessions.has(token)) return refuse(response, 401);\n  // Whoever',
    replace: '  // Whoever',
  },
  {
    name: 'the ticket is the cookie',
    test: ticket,
    sentence:
      'The ticket is the token of the session. It stands in an address, and so in logs: it must be another secret.',
    find: '  const ticket = newToken();\n',
    replace: '  const ticket = token;\n',
  },
  {
    name: 'the first cookie',
    test: ticket,
    sentence:
      'You take the first cookie that comes, or the whole header. There may be others before and after it: use readCookie.',
    find: "function giveTicket(request: IncomingMessage, response: ServerResponse) {\n  if (!isOwnPage(request)) return refuse(response, 403);\n  const token = readCookie(request) ?? '';\n",
    replace:
      "function giveTicket(request: IncomingMessage, response: ServerResponse) {\n  if (!isOwnPage(request)) return refuse(response, 403);\n  const token = (request.headers.cookie ?? '').split('=')[1] ?? '';\n",
  },
  {
    name: 'the cookie is enough',
    test: once,
    sentence:
      'Who has a cookie is let in without a ticket. The browser sends the cookie with the handshake of any page: only the ticket counts.',
    find: NO_SESSION,
    replace: `  const known = session ?? sessions.get(readCookie(request) ?? '');
  if (!known) return refuseUpgrade(tcp, '401 Unauthorized');
  if (!session) {
    wss.handleUpgrade(request, tcp, head, (socket) => welcome(socket, known.user));
    return;
  }
`,
  },
  {
    name: 'closed after the upgrade',
    test: once,
    sentence:
      'Who has no ticket gets a connection, which you close then. Refuse it before the upgrade: 401, and no socket.',
    find: NO_SESSION,
    replace:
      '  if (!session) {\n    wss.handleUpgrade(request, tcp, head, (socket) => socket.close(4401));\n    return;\n  }\n',
  },
  {
    name: 'no answer',
    test: once,
    sentence: 'Who has no ticket gets no answer: you cut the line. Answer with 401, so that they know why.',
    find: NO_SESSION,
    replace: '  if (!session) {\n    tcp.destroy();\n    return;\n  }\n',
  },
  {
    name: '403 where 401 is meant',
    test: once,
    sentence:
      'Who has no ticket gets 403. 401 says: I do not know who you are. 403 is for pages that may not ask at all.',
    find: "refuseUpgrade(tcp, '401 Unauthorized')",
    replace: "refuseUpgrade(tcp, '403 Forbidden')",
  },
  {
    name: 'a ticket for many connections',
    test: once,
    sentence:
      'A ticket is good twice. Delete it when it is used: then whoever finds it in a log has nothing.',
    find: REDEEM,
    replace: REDEEM.replace('  tickets.delete(ticket);\n', ''),
  },
  {
    name: 'a ticket for ever',
    test: once,
    sentence: 'A ticket that is 31 seconds old is still good. It is good for 30.',
    find: 'performance.now() < found.endsAt ?',
    replace: 'true ?',
  },
  {
    name: 'a ticket for three seconds',
    test: once,
    sentence:
      'A ticket that is 29 seconds old is not good any more. Mind the unit: 30 seconds are 30,000 ms.',
    find: 'const TICKET_LIFE = 30_000;',
    replace: 'const TICKET_LIFE = 3_000;',
  },
  {
    name: 'only the newest ticket',
    test: once,
    sentence:
      'When somebody asks for a ticket, the one before is not good any more. Two tabs may ask at once: each ticket is good.',
    find: '  const ticket = newToken();\n',
    replace:
      '  for (const [old, { token: its }] of tickets) if (its === token) tickets.delete(old);\n  const ticket = newToken();\n',
  },
  {
    name: 'the address is cut by hand',
    test: once,
    sentence:
      'You expect the ticket right behind the question mark. There may be something else before it: use searchParams.',
    find: "new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? ''",
    replace: "(request.url ?? '').replace('/?ticket=', '')",
  },
  {
    name: 'no look at the origin of an upgrade',
    test: origin,
    sentence:
      'A page of another origin may connect. Look at Origin before you look at the ticket, and answer 403.',
    find: UPGRADE_GUARD,
    replace: '',
  },
  {
    name: 'no look at the origin anywhere',
    test: origin,
    sentence:
      'A page of another origin may connect. Look at Origin before you look at the ticket, and answer 403.',
    find: OWN,
    replace: 'return origin !== `http://${host}` || true;',
  },
  {
    name: 'all pages of this machine',
    test: origin,
    sentence:
      "You let in all pages of this machine. Another port is another origin: it may be anybody's server. Compare with Host, port and all.",
    find: OWN,
    replace:
      'return origin === undefined || Boolean(host && /^http:..(127\\.0\\.0\\.1|localhost)(:|$)/.test(origin));',
  },
  {
    name: 'the beginning of the origin',
    test: origin,
    sentence:
      'You compare the beginning of Origin. A page of another port may begin like ours: compare all of it.',
    find: OWN,
    replace: 'return origin === undefined || origin.startsWith(`http://${host}`);',
  },
  {
    name: 'a page without an origin',
    test: origin,
    sentence:
      'You let in who has the Origin "null". That is what a page in a sandboxed frame says: it may be anybody\'s. Only no Origin at all is a program.',
    find: OWN,
    replace: "return origin === undefined || origin === 'null' || origin === `http://${host}`;",
  },
  {
    name: 'the ticket is taken before the look',
    test: origin,
    sentence:
      'Who is refused because of the origin has used up the ticket. Look at Origin first: so another page cannot spoil a ticket.',
    find: UPGRADE_GUARD,
    replace: `  if (!isOwnPage(request)) {
    redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');
    return refuseUpgrade(tcp, '403 Forbidden');
  }
`,
  },
  {
    name: 'tickets for other pages',
    test: origin,
    sentence:
      'Another page may ask for a ticket, with the cookie of who looks at it. Look at Origin in POST /ticket, too.',
    find: TICKET_GUARD,
    replace: TICKET_GUARD.split('\n')[0] ?? '',
  },
  {
    name: 'logins by other pages',
    test: origin,
    sentence:
      'Another page may log somebody in, as somebody whom it chooses. Look at Origin in POST /login and /register, too.',
    find: LOG_IN_GUARD,
    replace: '  const form = await readForm(request);\n',
  },
  {
    name: 'other pages log out',
    test: origin,
    sentence: 'Another page may log somebody out. Look at Origin in POST /logout, too.',
    find: LOG_OUT_GUARD,
    replace: LOG_OUT_GUARD.split('\n')[0] ?? '',
  },
  {
    name: 'nobody is the admin',
    test: who,
    sentence: 'The admin is not known as such. `user` has isAdmin: send it, as it is.',
    find: '  const { name: username, isAdmin } = user;\n',
    replace: '  const { name: username } = user;\n  const isAdmin = false;\n',
  },
  {
    name: 'anybody deletes',
    test: may,
    sentence: 'Anybody can delete anything. To be logged in is not enough: ask who has written it.',
    find: FORBIDDEN,
    replace: '',
  },
  {
    name: 'only the author deletes',
    test: may,
    sentence:
      'The admin cannot delete what others have written. Who has written it may delete it, and the admin.',
    find: FORBIDDEN,
    replace: "  if (said.username !== user.name) return 'forbidden';\n",
  },
  {
    name: 'only the admin deletes',
    test: may,
    sentence: 'Who has written a message cannot delete it. They may, and the admin.',
    find: FORBIDDEN,
    replace: "  if (!user.isAdmin) return 'forbidden';\n",
  },
  {
    name: 'forbidden, and done',
    test: may,
    sentence:
      'Who may not delete a message gets the error, and the message is gone all the same. Return where you refuse.',
    find: `${FORBIDDEN}  history.erase(seq);\n  sendAll(users.keys(), { type: 'deleted', seq, at: now() });\n`,
    replace: `  history.erase(seq);\n  sendAll(users.keys(), { type: 'deleted', seq, at: now() });\n${FORBIDDEN}`,
  },
  {
    name: 'each connection comes',
    test: tabs,
    sentence:
      'A second connection of somebody is told as if they had come again. Only the first one of a user joins.',
    find: '  if (!namesHere().has(user.name)) gather.joined(user.name);\n',
    replace: '  gather.joined(user.name);\n',
  },
  {
    name: 'each connection leaves',
    test: tabs,
    sentence: 'Who closes one of several tabs is told to have left. They leave with the last one.',
    find: '  if (!namesHere().has(user.name)) gather.left(user.name);\n',
    replace: '  gather.left(user.name);\n',
  },
  {
    name: 'everybody twice in the list',
    test: tabs,
    sentence:
      'Who has two connections is twice in `usernames`. A user is there once, whatever they have open.',
    find: 'usernames: [...namesHere()]',
    replace: 'usernames: [...users.values()].map(({ name }) => name)',
  },
  {
    name: 'the newest connection counts',
    test: tabs,
    sentence: 'A new connection of somebody ends the one before. A user may have as many as they like.',
    find: '  users.set(socket, user);\n',
    replace:
      "  for (const [other, { name }] of users) if (name === user.name) other.close(4000, 'You are somewhere else.');\n  users.set(socket, user);\n",
  },
  {
    name: 'logged out, and still connected',
    test: out,
    sentence: 'Who has logged out is still connected. Close all connections of the session, with 4401.',
    find: END,
    replace: '  void sockets;\n',
  },
  {
    name: 'all of a user are out',
    test: out,
    sentence:
      'Who logs out in one place is thrown out everywhere. Only the connections of this session end: keep them with the session.',
    find: `  const { sockets = [] } = sessions.get(token) ?? {};
  sessions.delete(token);
${END}`,
    replace: `  const { user } = sessions.get(token) ?? {};
  sessions.delete(token);
  for (const [socket, { name }] of users) if (name === user?.name) dismiss(socket, 4401, 'You are logged out.');
`,
  },
  {
    name: 'only one connection is out',
    test: out,
    sentence: 'Only one connection of the session is closed. There may be several: close them all.',
    find: END,
    replace: "  for (const socket of [...sockets].slice(-1)) dismiss(socket, 4401, 'You are logged out.');\n",
  },
  {
    name: 'an ordinary goodbye',
    test: out,
    sentence:
      'The connection is closed with 1000 or another code, so that the page comes back at once, or never asks. Use 4401.',
    find: 'dismiss(socket, 4401,',
    replace: 'dismiss(socket, 1000,',
  },
  {
    name: 'the cookie is cleared, and nothing else',
    test: out,
    sentence:
      'Only the browser forgets the cookie. Who has copied it is still logged in: the session must end on the server.',
    find: '  endSession(token);\n  response',
    replace:
      "  for (const socket of sessions.get(token)?.sockets ?? []) dismiss(socket, 4401, '');\n  response",
  },
  {
    name: 'the cookie stays in the browser',
    test: out,
    sentence: 'The browser keeps the cookie. Set it once more, with the same name and Max-Age=0.',
    find: "  response.setHeader('Set-Cookie', `${cookieName(request)}=; Max-Age=0; Path=/`);\n",
    replace: '',
  },
  {
    name: 'the tickets of who has logged out',
    test: out,
    sentence:
      'A ticket from before the logout is still good. Look when it is used whether its session is there.',
    find: '  sessions.delete(token);\n',
    replace: `  const old = sessions.get(token);
  sessions.delete(token);
  for (const ticket of tickets.values()) {
    if (ticket.token !== token || !old) continue;
    ticket.token = newToken();
    sessions.set(ticket.token, { ...old, sockets: new Set() });
  }
`,
  },
  {
    name: 'a session without an end',
    test: over,
    sentence: 'A session never ends by itself. After ten minutes it is over: start a timer when it begins.',
    find: '  setTimeout(() => endSession(token), SESSION_LIFE);\n',
    replace: '',
  },
  {
    name: 'the session ends, and nobody is told',
    test: over,
    sentence:
      'After ten minutes the session is gone, and its connections stay. Close them, as when somebody logs out.',
    find: 'setTimeout(() => endSession(token), SESSION_LIFE);',
    replace: 'setTimeout(() => sessions.delete(token), SESSION_LIFE);',
  },
  {
    name: 'all sessions end with the first one',
    test: over,
    sentence: 'When one session is over, all of this user are. Each one has its own ten minutes.',
    find: 'setTimeout(() => endSession(token), SESSION_LIFE);',
    replace:
      'setTimeout(() => {\n    for (const [other, session] of sessions) if (session.user.name === user.name) endSession(other);\n  }, SESSION_LIFE);',
  },
  {
    name: 'one minute',
    test: over,
    sentence: 'A session ends too early. It lasts ten minutes, which are 600,000 ms.',
    find: 'const SESSION_LIFE = 10 * 60_000;',
    replace: 'const SESSION_LIFE = 60_000;',
  },
];
