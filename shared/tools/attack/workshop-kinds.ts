/** Attacks that only the workshop knows: it reads files, writes some, and starts programs. */
import { handshake, text } from './bytes.ts';
import { type Kind, times } from './kind.ts';
import type { Site } from './site.ts';

/** What stands in a file outside of the course, to which links lead. */
export const SECRET = 'THE_SECRET_OUTSIDE';
/** Links that a page might follow, named from the root of the course, without the lesson's folder. */
export const LINKS = ['odd.ts', 'odd.md', 'odd.png'];
/** What a program would leave that a page has smuggled in. */
export const SMUGGLED = 'smuggled.txt';

const NAMES = [
  '../../etc',
  '__proto__',
  'constructor',
  '.',
  '',
  '/etc/passwd',
  'lessons',
  '..%2f..',
  '\0',
  'shared/tools',
  "'; touch smuggled.txt; '",
  '$(touch smuggled.txt)',
  'x'.repeat(3000),
];
const CODE = `require('node:fs').writeFileSync('${SMUGGLED}', '')`;

async function wish(site: Site, folder: string | undefined, wishes: unknown[]): Promise<void> {
  const page = await site.open();
  if (folder !== undefined) await page.send(text(JSON.stringify({ type: 'look', folder })));
  await page.send(...wishes.map((one) => text(JSON.stringify(one))));
  await page.isHeard();
}

function get(site: Site, path: string): Promise<string> {
  return site.ask(`GET ${path} HTTP/1.1\r\nHost: ${site.host}\r\nConnection: close\r\n\r\n`);
}

export const OF_WORKSHOP: Kind[] = [
  {
    name: 'folders that are none',
    at: 'workshop',
    run: (site) =>
      wish(
        site,
        undefined,
        NAMES.flatMap((folder) => [
          { type: 'look', folder },
          { type: 'start' },
          { type: 'reset' },
          { type: 'edit' },
        ]),
      ),
  },
  {
    name: 'changes that are none',
    at: 'workshop',
    run: (site) =>
      wish(
        site,
        site.folders[0],
        NAMES.flatMap((name) => [
          { type: 'apply', name },
          { type: 'program', name },
        ]),
      ),
  },
  {
    name: 'a text to be run',
    at: 'workshop',
    async run(site) {
      const smuggled = {
        code: CODE,
        text: CODE,
        file: '/tmp/x.ts',
        command: 'sh',
        edits: [{ file: 'server.ts', find: 'import', replace: CODE }],
        source: CODE,
      };
      const types = ['program', 'apply', 'start', 'try', 'check', 'edit', 'eval', 'run', 'write', 'save'];
      await wish(
        site,
        site.folders[0],
        types.map((type) => ({ type, name: CODE, ...smuggled })),
      );
      for (const path of ['/', '/link', `/${site.folders[0]}/server.ts`, '/run', '/workshop.ts']) {
        for (const method of ['POST', 'PUT'])
          await site.ask(
            `${method} ${path} HTTP/1.1\r\nHost: ${site.host}\r\nContent-Length: ${CODE.length}\r\nConnection: close\r\n\r\n${CODE}`,
          );
      }
    },
  },
  {
    name: 'pages that lead out',
    at: 'workshop',
    async run(site) {
      const [folder = ''] = site.folders;
      const ways = [
        '../../package.json',
        '%2e%2e/%2e%2e/package.json',
        '../../.git/config.ts',
        '../../../../../../etc/passwd',
        './server.ts/../../../package.json',
        '..%2f..%2fpackage.json.ts',
        'try/../../../package.json',
        'changes/../../package.json',
        'x.png/../../../package.json',
        '..\\..\\package.json',
        'server.ts%00.md',
      ];
      for (const way of ways) {
        const answer = await get(site, `/${folder}/${way}`);
        if (/"private": true|root:[^\n]*:0:0:/.test(answer)) site.fell('gives', `gave a file for ${way}`);
      }
    },
  },
  {
    name: 'links that lead out',
    at: 'workshop',
    async run(site) {
      for (const name of LINKS) {
        const answer = await get(site, `/${site.folders[0]}/${name}`);
        if (answer.includes(SECRET)) site.fell('gives', `gave a file of outside for the link ${name}`);
      }
    },
  },
  {
    name: 'pages in great number',
    isLong: true,
    at: 'workshop',
    async run(site) {
      const folders = site.folders.flatMap((folder) => [
        `/${folder}`,
        `/${folder}/server.ts`,
        `/${folder}/changes`,
      ]);
      await Promise.all(times(60, (n) => get(site, folders[n % folders.length] ?? '/')));
    },
  },
  {
    name: 'notes that nobody reads',
    isLong: true,
    at: 'workshop',
    async run(site) {
      const page = await site.open({ isDeaf: true });
      const some = Buffer.concat(times(2000, () => text('{}')));
      for (let n = 0; n < 100; n += 1) await page.send(some);
    },
  },
  {
    name: 'looks that nobody reads',
    isLong: true,
    at: 'workshop',
    async run(site) {
      const page = await site.open({ isDeaf: true });
      const some = Buffer.concat(
        times(1000, (n) => text(JSON.stringify({ type: 'look', folder: site.folders[n % 2] }))),
      );
      for (let n = 0; n < 3; n += 1) await page.send(some);
    },
  },
  {
    name: 'wishes without end',
    at: 'workshop',
    async run(site) {
      const [folder] = site.folders;
      const types = ['start', 'stop', 'restart', 'undo', 'read', 'check', 'hint', 'try-stop', 'end-program'];
      await wish(
        site,
        folder,
        times(900, (n) => ({ type: types[n % types.length] })),
      );
      await wish(site, folder, [{ type: 'stop' }]);
    },
  },
  {
    name: 'comparisons without end',
    isLong: true,
    at: 'workshop',
    run: (site) =>
      wish(
        site,
        site.folders.find((one) => one.startsWith('exercises')),
        times(60, () => ({ type: 'diff' })),
      ),
  },
  {
    name: 'another place to connect',
    at: 'workshop',
    async run(site) {
      for (const path of ['/', '/link/', '/link/x', '/LINK', '//link', '/link/../etc']) {
        const answer = await site.ask(handshake(site.host, path), (got) => got.includes('\r\n\r\n'));
        if (answer.startsWith('HTTP/1.1 101')) site.fell('gives', `let somebody in at ${path}`);
      }
    },
  },
];
