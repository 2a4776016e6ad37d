/** Attacks over HTTP: from another site's page, by another name, for files that are nobody's business, and too much of it. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { handshake } from './bytes.ts';
import { POLITE } from './heard.ts';
import { type Kind, times } from './kind.ts';
import type { Site } from './site.ts';

/** What stands in files that no page needs, and in no page. */
const OF_OTHER_FILES = /"echo-websockets"|root:[^\n]*:0:0:|\[core\]|new WebSocketServer\(|THE_SECRET_OUTSIDE/;

const SITES = [
  'http://evil.example',
  'https://localhost.evil.example',
  'http://localhost:1',
  'http://127.0.0.1:1',
  'null',
  'file://',
  'http://localhost',
];
const NAMES = [
  'evil.example',
  'evil.example:80',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '169.254.169.254',
  'x@localhost',
  '',
];

/** For each: as it is, and as a browser would have made something else of it. */
const WAYS_OUT = [
  '/../package.json',
  '/../../../../../../etc/passwd',
  '/..%2f..%2fpackage.json',
  '/%2e%2e/%2e%2e/package.json',
  '/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/%252e%252e/package.json',
  '/..%c0%afpackage.json',
  '/..\\..\\package.json',
  '/....//....//package.json',
  '//etc/passwd',
  '/file:///etc/passwd',
  '/package.json',
  '/.git/config',
  '/server.ts',
  '/./server.ts',
  '/client.ts/../server.ts',
  '/shared/lesson/page/../../../package.json',
  '/shared/lesson/page/%2e%2e/%2e%2e/%2e%2e/package.json',
  '/shared/lesson/page/..%5c..%5cserver.ts',
  '/experiment/../../package.json',
  '/experiment/%2e%2e%2fserver.ts',
  '/client.ts?file=../../package.json',
  '/\0/../package.json',
  '/package.json%00.css',
  '/node_modules/ws/package.json',
  '/.progress.json',
  '*',
  'http://evil.example/package.json',
  'file:///etc/passwd',
  '/constructor',
  '/__proto__',
];

const METHODS = [
  'OPTIONS',
  'HEAD',
  'DELETE',
  'PUT',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'PURGE',
  'BREW',
  'get',
  'M-SEARCH',
];

function get(site: Site, path: string, more = '', method = 'GET'): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${site.host}\r\n${more}Connection: close\r\n\r\n`;
}

const hasHead = (answer: string) => answer.includes('\r\n\r\n');
const isLetIn = (answer: string) => /^HTTP\/1\.1 (101|200) /.test(answer);

export const WEB: Kind[] = [
  {
    name: 'another site connects',
    async run(site) {
      for (const Origin of SITES) {
        const path = await site.entrance('mallory');
        const answer = await site.ask(handshake(site.host, path, { Origin }), hasHead);
        if (isLetIn(answer)) site.fell('gives', `let in a page of ${Origin}`);
      }
    },
  },
  {
    name: 'by another name',
    async run(site) {
      for (const Host of NAMES) {
        for (const Origin of [undefined, `http://${Host}`]) {
          const path = await site.entrance('mallory');
          const answer = await site.ask(handshake(Host, path, { Origin }), hasHead);
          if (isLetIn(answer)) site.fell('gives', `let in somebody who calls it ${JSON.stringify(Host)}`);
        }
        const page = await site.ask(`GET / HTTP/1.1\r\nHost: ${Host}\r\nConnection: close\r\n\r\n`);
        if (isLetIn(page))
          site.fell('gives', `showed its page to somebody who calls it ${JSON.stringify(Host)}`);
      }
      const two = await site.ask(
        `GET / HTTP/1.1\r\nHost: evil.example\r\nHost: ${site.host}\r\nConnection: close\r\n\r\n`,
      );
      if (isLetIn(two)) site.fell('gives', 'showed its page to somebody who gives it two names');
    },
  },
  {
    name: 'another site asks',
    async run(site) {
      const strangers = [
        `Origin: ${SITES[0]}\r\n`,
        'Sec-Fetch-Site: cross-site\r\n',
        'Sec-Fetch-Site: same-site\r\n',
      ];
      for (const more of strangers) {
        for (const path of [
          '/wire',
          '/cable',
          '/hand',
          '/experiment/x',
          '/experiment/x.js',
          '/ticket',
          '/logout',
        ]) {
          for (const method of ['GET', 'POST']) {
            const answer = await site.ask(get(site, path, more, method), hasHead);
            if (isLetIn(answer)) site.fell('gives', `gave ${path} to another site`);
          }
        }
      }
    },
  },
  {
    name: 'paths that lead out',
    async run(site) {
      for (const path of WAYS_OUT) {
        const answer = await site.ask(get(site, path));
        if (OF_OTHER_FILES.test(answer)) site.fell('gives', `gave a file for ${JSON.stringify(path)}`);
      }
    },
  },
  {
    name: 'odd methods',
    async run(site) {
      for (const method of METHODS) {
        for (const path of ['/', '/wire', '/client.ts']) {
          const answer = await site.ask(get(site, path, 'Content-Length: 0\r\n', method), hasHead);
          if (answer.includes('X-Secret')) site.fell('gives', 'sent headers back');
        }
      }
    },
  },
  {
    name: 'a flood of guesses',
    async run(site) {
      await Promise.all(
        times(200, async (n) => {
          const body = JSON.stringify({ username: POLITE[n % 2], password: `a guess: ${n}` });
          const more = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
          const answer = await site.ask(
            `${get(site, n % 4 < 2 ? '/login' : '/register', more, 'POST')}${body}`,
          );
          if (/^HTTP\/1\.1 2/.test(answer)) site.fell('gives', `let in somebody with the password ${body}`);
        }),
      );
    },
  },
  {
    name: 'a flood of requests',
    async run(site) {
      const pages = ['/', '/shared/lesson/page/style.css', '/nothing'];
      const some = times(100, (n) => `GET ${pages[n % 3]} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`).join('');
      const last = `GET / HTTP/1.1\r\nHost: ${site.host}\r\nConnection: close\r\n\r\n`;
      await Promise.all(
        times(10, async () => {
          const socket = site.tcp().resume();
          socket.write(some + last);
          // What it has in hand meanwhile depends on the moment. What counts is what is left.
          await once(socket, 'end');
        }),
      );
    },
  },
  {
    name: 'a flood of scripts',
    isLong: true,
    async run(site) {
      const path = site.isWorkshop ? '/workshop.ts' : '/client.ts';
      await Promise.all(times(30, () => site.ask(get(site, path))));
    },
  },
  {
    name: 'answers that nobody reads',
    async run(site) {
      const page = site.isWorkshop ? '/workshop.ts' : '/client.ts';
      for (const socket of times(4, () => site.tcp()))
        socket.write(`GET ${page} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`.repeat(3));
      await sleep(300);
    },
  },
  {
    name: 'bodies without end',
    async run(site) {
      const part = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, '['), Buffer.from('\r\n')]);
      await Promise.all(
        ['/', '/hand', '/cable', '/wire', '/link', '/ticket', '/login'].map(async (path) => {
          const socket = site.tcp().resume();
          const head = `POST ${path} HTTP/1.1\r\nHost: ${site.host}\r\nTransfer-Encoding: chunked\r\n\r\n`;
          socket.write(head);
          const isTaken = () =>
            Promise.race([
              new Promise((done) => socket.write(part, () => done(true))),
              sleep(500, false, { ref: false }),
            ]);
          // What nobody reads any more is sent no more.
          for (let n = 0; n < 80 && !socket.destroyed && (await isTaken()); n += 1);
        }),
      );
    },
  },
  {
    name: 'bodies that are odd',
    async run(site) {
      const bodies = [
        '',
        'null',
        '[]',
        '{"do":"open"}',
        '{"client":"../x","do":"open"}',
        '{"client":"a","do":"__proto__"}',
        '{"client":"a","do":"open","port":22}',
        '{"hex":"zz"}',
        '{"name":"__proto__"}',
        '{"name":"../../x"}',
        '{"hex":"00","name":"x"}',
        `{"hex":"${'0'.repeat(200_000)}"}`,
      ];
      for (const path of ['/hand', '/cable']) {
        for (const body of bodies)
          await site.ask(
            `POST ${path} HTTP/1.1\r\nHost: ${site.host}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
          );
      }
      for (const n of times(20, (one) => one)) {
        const body = `{"client":"m${n}","do":"open"}`;
        await site.ask(
          `POST /cable HTTP/1.1\r\nHost: ${site.host}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        );
      }
    },
  },
  {
    name: 'feeds without end',
    at: 'lessons',
    async run(site) {
      for (const socket of times(100, () => site.tcp()))
        socket.write(`GET /wire HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`);
      const stranger = await site.open();
      // Frames go by, and nobody reads what the feeds tell of them.
      for (let n = 0; n < 10; n += 1) {
        await stranger.send(...times(10, () => site.call()));
        await sleep(60);
      }
      await stranger.isHeard();
    },
  },
];
