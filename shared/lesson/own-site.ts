/** Who may talk to a server of the course: its own pages, and programs of this machine. No other site. */
import type { IncomingMessage, Server } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';

/** Whom a server lets in, too. Each is named, and nobody else is let in by that. */
export type Friends = {
  /** Other names of this server, without a port: 'chat.example' */
  hosts?: string[];
  /** Other sites, whose pages may connect: 'http://localhost:9000', or on any port 'http://localhost:*' */
  origins?: string[];
};

/**
 * Answers an upgrade from another site with 403, and hides it from all 'upgrade' listeners.
 * A browser lets any page open a WebSocket to any server, so the server must look at `Origin` itself
 * (RFC 6455, section 10.2). A look at `Host` stops DNS rebinding: another site's name that points here.
 */
export function refuseOtherSites(server: Server, host: string, { hosts, origins = [] }: Friends = {}): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    if (event !== 'upgrade') return emit(event, ...args);
    const [request, socket] = args as [IncomingMessage, Duplex];
    const { origin } = request.headers;
    const own = request.headers.host;
    const isFriend = origin === undefined || isOrigin(origin, own) || isNamed(origin, origins);
    if (isFriend && isOwnHost(own, host, hosts)) return emit(event, ...args);
    socket.on('error', () => socket.destroy());
    // Nobody reads this socket: the other end's goodbye would never be heard.
    socket.once('finish', () => socket.destroy());
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return true;
  };
}

/** Whether a request comes from one of our own pages, or from a program. A browser says so by itself. */
export function isSameSite({ headers }: IncomingMessage): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  return (
    (origin === undefined || isOrigin(origin, headers.host)) && (site === undefined || site === 'same-origin')
  );
}

function isOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function isNamed(origin: string, origins: string[]): boolean {
  return origins.includes(origin) || origins.includes(origin.replace(/:\d+$/, ':*'));
}

/** Whether a Host header names this machine: a loopback name, one of `hosts`, or what HOST has opened the server to. */
export function isOwnHost(header: string | undefined, host: string, hosts: string[] = []): boolean {
  const name = (header ?? '').toLowerCase().replace(/:\d+$/, '');
  const own = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host.toLowerCase()];
  if (own.includes(name) || name.endsWith('.localhost') || hosts.includes(name)) return true;
  return !isLoopback(host) && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
