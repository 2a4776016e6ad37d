/** A changed copy: which files it has, and that a page takes what only it imports. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { sourceFiles } from '#shared/course/source-files.ts';
import { startChanged } from '#shared/testing/changed-server.ts';
import { get } from '#shared/testing/serving.ts';
import { startServer } from '#shared/testing/start-server.ts';
import { copyChanged } from './changed-copy.ts';

const LESSON = 'lessons/08';
const EDIT = { find: 'MOST_WAITING = 100', replace: 'MOST_WAITING = 77' };

test('a server or a program leads to its files, and to no others', () => {
  expect(sourceFiles('lessons/01')).toEqual(['server.ts']);
  expect(sourceFiles('lessons/04')).toEqual(['server.ts', 'protocol.ts']);
  expect(sourceFiles(LESSON)).toEqual(['server.ts', 'history.ts', 'protocol.ts']);
  // What it imports, and the server, of which it makes a process.
  expect(sourceFiles(LESSON, 'storm.ts')).toEqual(
    expect.arrayContaining(['storm.ts', 'delivery.ts', 'reconnecting-socket.ts', 'server.ts', 'history.ts']),
  );
  expect(sourceFiles(LESSON, 'no-such-file.ts')).toEqual([]);
  expect(sourceFiles('lessons/no-such-lesson')).toEqual([]);
});

test('the copy has all that it needs, with the change, until it is removed', async () => {
  const { file, instead, remove } = await copyChanged(LESSON, [{ ...EDIT, file: 'delivery.ts' }], 'storm.ts');
  expect(readFileSync(join(dirname(file), 'delivery.ts'), 'utf8')).toContain('MOST_WAITING = 77');
  expect(readFileSync(join(dirname(file), 'server.ts'), 'utf8')).toBe(
    readFileSync(join(ROOT, LESSON, 'server.ts'), 'utf8'),
  );
  expect(instead).toEqual({});
  await remove();
  expect(existsSync(file)).toBe(false);
});

test('a change that does not fit leaves nothing behind', async () => {
  await expect(copyChanged(LESSON, [{ ...EDIT, file: 'server.ts' }])).rejects.toThrow('occurs 0 times');
});

test("the page of a changed copy has the change; the lesson's own page has none", async () => {
  const pages = await Promise.all(
    [startChanged(LESSON, [{ ...EDIT, file: 'delivery.ts' }]), startServer(`${LESSON}/server.ts`)].map(
      async (starting) => {
        const server = await starting;
        try {
          return (await get(server.url, '/client.ts')).body;
        } finally {
          await server.stop();
        }
      },
    ),
  );
  expect(pages.map((page) => /MOST_WAITING = \d+/.exec(page)?.[0])).toEqual([
    'MOST_WAITING = 77',
    'MOST_WAITING = 100',
  ]);
});
