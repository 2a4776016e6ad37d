/** Attacks before anybody is in: what comes on a TCP connection is no handshake, or not the whole of one. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { breakOff } from '#shared/lesson/cable-pipe.ts';
import { handshake } from './bytes.ts';
import { type Kind, times } from './kind.ts';
import type { Site } from './site.ts';

/** A handshake with these headers must not be accepted. */
async function refused(site: Site, headers: Record<string, string | undefined>): Promise<void> {
  const [line = ''] = (await site.ask(handshake(site.host, site.path, headers), isHead)).split('\r\n');
  if (line.includes(' 101 '))
    site.fell('gives', `accepted a handshake with ${JSON.stringify(headers).slice(0, 80)}`);
}

const isHead = (answer: string) => answer.includes('\r\n\r\n');

/** What is no HTTP: the beginning of TLS, HTTP/2, other protocols, and nothing at all. */
const OTHER_PROTOCOLS = [
  Buffer.from('16030100c8010000c40303', 'hex'),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'SSH-2.0-OpenSSH_9.6\r\n',
  'EHLO mallory\r\n',
  'GET /\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
  '\r\n'.repeat(2000),
  '\0'.repeat(4000),
  'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : localhost\r\n bad: line\r\n\r\n',
];

export const HANDSHAKES: Kind[] = [
  {
    name: 'half a request',
    async run(site) {
      for (const part of times(50, (n) => handshake(site.host, site.path).slice(0, 5 + 3 * n)))
        site.tcp().write(part);
    },
  },
  {
    name: 'a request byte by byte',
    async run(site) {
      const slow = times(100, () => site.tcp());
      for (const byte of `GET ${site.path} HTTP/1.1\r\nX-Slow: `) {
        for (const socket of slow) socket.write(byte);
        await sleep(10);
      }
    },
  },
  {
    name: 'idle connections',
    async run(site) {
      const idle = times(500, () => site.tcp());
      await Promise.all(
        idle.map((socket) => socket.pending && new Promise((r) => socket.once('ready', r).once('close', r))),
      );
    },
  },
  {
    name: 'huge headers',
    async run(site) {
      await refused(site, { 'X-Long': 'x'.repeat(1024 * 1024) });
      await refused(site, Object.fromEntries(times(20_000, (n) => [`X-${n}`, 'y'])));
      await site.ask(`GET /${'a'.repeat(1024 * 1024)} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`);
    },
  },
  {
    name: 'a wrong version',
    async run(site) {
      for (const version of [undefined, '', '0', '12', '99', 'x', '13, 8', '-1', '1e1'])
        await refused(site, { 'Sec-WebSocket-Version': version });
    },
  },
  {
    name: 'a wrong key',
    async run(site) {
      const keys = [
        undefined,
        '',
        'x',
        'x'.repeat(10_000),
        randomBytes(15).toString('base64'),
        '=='.repeat(12),
      ];
      for (const key of keys) await refused(site, { 'Sec-WebSocket-Key': key });
    },
  },
  {
    name: 'odd offers',
    async run(site) {
      const offers = [
        'x; y="',
        'permessage-deflate; server_max_window_bits=99',
        'a,'.repeat(2000),
        ';;;',
        '\u00ff',
      ];
      for (const offer of offers) {
        await site.ask(handshake(site.host, site.path, { 'Sec-WebSocket-Extensions': offer }), isHead);
        await site.ask(handshake(site.host, site.path, { 'Sec-WebSocket-Protocol': offer }), isHead);
      }
      for (const upgrade of ['h2c', 'websocket, h2c', '', 'x'.repeat(8000)])
        await refused(site, { Upgrade: upgrade });
    },
  },
  {
    name: 'other protocols',
    async run(site) {
      await Promise.all(OTHER_PROTOCOLS.map((bytes) => site.ask(bytes, (answer) => answer !== '', 500)));
    },
  },
  {
    name: 'handshakes cut short',
    async run(site) {
      for (let n = 0; n < 2; n += 1) {
        const cut = times(50, () => site.tcp());
        await Promise.all(
          cut.map((socket) => new Promise((done) => socket.write(handshake(site.host, site.path), done))),
        );
        for (const socket of cut) breakOff(socket);
      }
    },
  },
  {
    name: 'frames before the answer',
    async run(site) {
      const said = Buffer.concat(times(10, () => site.call()));
      for (const at of times(20, (n) => n)) {
        const socket = site.tcp().resume();
        socket.write(
          Buffer.concat([Buffer.from(handshake(site.host, site.path)), said.subarray(0, said.length - at)]),
        );
      }
    },
  },
];
