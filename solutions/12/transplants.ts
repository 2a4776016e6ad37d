/** The mistakes of mistakes.ts, made in other right answers: whoever makes them there must read the same sentence. */
import type { Transplants } from '#shared/course/mistake.ts';

const COOKIE = 'HttpOnly; SameSite=Strict; Path=/`';
const FORBIDDEN = "  if (said.username !== user.name && !user.isAdmin) return 'forbidden';\n";

export const transplants: Transplants = {
  'verify-client.ts': {
    'a cookie for scripts': [COOKIE, 'SameSite=Strict; Path=/`'],
    'no look at the origin of an upgrade': ['    if (!isOwnPage(req)) return answer(false, 403);\n', ''],
    '403 where 401 is meant': ['answer(false, 401)', 'answer(false, 403)'],
    'anybody deletes': [FORBIDDEN, ''],
    'each connection leaves': [
      '  if (!namesHere().has(user.name)) gather.left(user.name);\n',
      '  gather.left(user.name);\n',
    ],
    'a session without an end': ['  setTimeout(() => endSession(token), SESSION_LIFE);\n', ''],
  },
  'signed.ts': {
    'a lax cookie': ['SameSite=Strict', 'SameSite=Lax'],
    'a ticket for many connections': ['  used.add(ticket);\n', ''],
    'logged out, and still connected': [
      '  ended.add(session.id);\n  sayGoodbye();\n',
      '  ended.add(session.id);\n  origins.clear();\n',
    ],
    'the beginning of the origin': ['origin === `http://${host}`', 'origin.startsWith(`http://${host}`)'],
    'one minute': ['const SESSION_LIFE = 10 * 60_000;', 'const SESSION_LIFE = 60_000;'],
  },
  'signals.ts': {
    'a cookie for all sites': [COOKIE, 'HttpOnly; Path=/`'],
    'a ticket for ever': ['  setTimeout(forget, TICKET_LIFE);\n', ''],
    'a ticket for three seconds': ['const TICKET_LIFE = 30_000;', 'const TICKET_LIFE = 3_000;'],
    'logged out, and still connected': ["    session.over.signal.addEventListener('abort', goodbye);\n", ''],
    'each connection comes': [
      '  if (count === 0) gather.joined(username);\n',
      '  gather.joined(username);\n',
    ],
    'only the author deletes': [FORBIDDEN, "  if (said.username !== user.name) return 'forbidden';\n"],
    'an ordinary goodbye': ['dismiss(socket, 4401,', 'dismiss(socket, 1000,'],
  },
};
