/** Finds this server's cookie among those that a browser sends. */
import type { IncomingMessage } from 'node:http';

/** A cookie is sent to every port of this machine (RFC 6265, section 8.5). So its name says whose it is. */
export function cookieName({ headers: { host = '' } }: IncomingMessage): string {
  return `session-13-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

/** The session's token, as the browser sends it. */
export function readCookie(request: IncomingMessage): string | undefined {
  const own = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split('; ');
  return pairs.find((pair) => pair.startsWith(own))?.slice(own.length);
}
