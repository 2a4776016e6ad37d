/** The workshop and strangers: links that lead out of the course, and more pages than a learner has. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { useWorkshop } from '#shared/testing/workshop.ts';
import { openTestLink } from './link-testing.ts';

const workshop = useWorkshop();

test.each(['odd.ts', 'odd.md', 'odd.png', 'folder/odd.ts'])(
  'a link that leads out of the course is not followed: %s',
  async (name) => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    onTestFinished(() => rmSync(outside, { recursive: true }));
    writeFileSync(join(outside, 'odd.ts'), 'SECRET');
    const [part = ''] = name.split('/');
    const link = join(workshop.root, 'lessons/01', part);
    symlinkSync(part === name ? join(outside, 'odd.ts') : outside, link);
    onTestFinished(() => rmSync(link));
    const text = await (await fetch(`${workshop.url}/lessons/01/${name}`)).text();
    expect(text).toContain(`lessons/01/${name} is a link that leads out of the course.`);
    expect(text).not.toContain('SECRET');
  },
);

test('a link inside the course is followed', async () => {
  const link = join(workshop.root, 'lessons/01/inside.ts');
  symlinkSync(join(workshop.root, 'lessons/01/server.ts'), link);
  onTestFinished(() => rmSync(link));
  expect(await (await fetch(`${workshop.url}/lessons/01/inside.ts`)).text()).toContain('serveLesson');
});

test('there are at most 100 pages at the same time, and those that are there stay', async () => {
  const first = await openTestLink(workshop.url, 'lessons/01');
  const others = Array.from(
    { length: 99 },
    () => new WebSocket(`${workshop.url.replace('http', 'ws')}/link`),
  );
  onTestFinished(() => {
    for (const socket of others) socket.terminate();
  });
  await Promise.all(others.map((socket) => once(socket, 'open')));
  const oneMore = new WebSocket(`${workshop.url.replace('http', 'ws')}/link`);
  const [code, reason] = await once(oneMore, 'close');
  expect([code, String(reason)]).toEqual([1013, 'Too many pages are open.']);
  first.ask({ type: 'look', folder: 'lessons/02' });
  await first.hears('server');
});
