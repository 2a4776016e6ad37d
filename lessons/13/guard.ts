/** Looks at a request before anything is done for it: whose page sends it, and what it brings along. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { cookieName } from './cookie.ts';

/**
 * Whether a request comes from one of our own pages, or from a program. A browser always names the page's origin when it
 * opens a WebSocket, and when it posts something, and no page can change that. A program may lie: it has no cookies of others.
 */
export function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

/**
 * What a browser is told to keep. HttpOnly: no script can read it. SameSite=Strict: it comes along only with requests from
 * pages of the same site. Over https add `Secure`, and call it `__Host-…`.
 *
 * @param seconds 0 makes the browser forget it
 */
export function makeCookie(request: IncomingMessage, token: string, seconds: number): string {
  return `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}`;
}

/** The ticket in the address of an upgrade: /?ticket=… */
export function readTicket({ url = '/' }: IncomingMessage): string {
  return new URLSearchParams(url.split('?')[1]).get('ticket') ?? '';
}

/** Answers an upgrade with a status. There never is a WebSocket: who has no right to come in costs us nothing more. */
export function refuseUpgrade(tcp: Duplex, status: '401 Unauthorized' | '403 Forbidden'): void {
  tcp.on('error', () => tcp.destroy());
  // Nobody reads this socket any more: the other end's goodbye would never be heard.
  tcp.once('finish', () => tcp.destroy());
  tcp.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
