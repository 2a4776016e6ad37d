/** What changed since the last lesson: every line that came or went is shown, and nothing that stayed is called new. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCourse, type Unit } from '#shared/course/outline.ts';
import { ROOT } from '#shared/course/root.ts';
import { lessonBefore, renderChanges } from './changes.ts';
import { renderPage } from './pages.ts';

const course = readCourse();
const lessons = course.filter(({ kind }) => kind === 'lesson');
const pairs = lessons.flatMap((now) => {
  const before = lessonBefore(now, course);
  return before ? [{ before, now, number: now.number }] : [];
});

const linesOf = ({ folder }: Unit, file: string) => {
  try {
    return readFileSync(join(ROOT, folder, file), 'utf8')
      .trimEnd()
      .split('\n');
  } catch {
    return [];
  }
};

/** The rows of one file, as texts. */
function rowsIn(page: string, file: string, kind: string): string[] {
  const section = page.split('<section ').find((part) => part.includes(`aria-label="${file}"`)) ?? '';
  return section
    .split('<span class="row ')
    .slice(1)
    .filter((row) => row.startsWith(`${kind}"`))
    .map((row) =>
      row
        .replace(/^[^>]*>/, '')
        .replace(/<i .*?<\/i>|<span class="for-ears">.*?<\/span>|<[^>]*>/g, '')
        .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
        .replace(/&#x27;/g, "'")
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
        .replace(/\n[\s\S]*$/, ''),
    );
}

test.each(pairs)(
  'lesson $number: what is green is in its files only, and what is red in the one before',
  async ({ before, now }) => {
    const { html } = await renderChanges(before, now);
    for (const file of ['server.ts', 'protocol.ts']) {
      const [old, young] = [linesOf(before, file), linesOf(now, file)];
      const [added, removed] = [rowsIn(html, file, 'added'), rowsIn(html, file, 'removed')];
      expect(added.filter((line) => !young.includes(line))).toEqual([]);
      expect(removed.filter((line) => !old.includes(line))).toEqual([]);
      expect(added).toEqual(expect.arrayContaining(young.filter((line) => !old.includes(line))));
      expect(removed).toEqual(expect.arrayContaining(old.filter((line) => !young.includes(line))));
      expect(young.length - old.length).toBe(added.length - removed.length);
    }
  },
);

test('each lesson but the first links to its page, near the top of its text', async () => {
  expect(pairs.length).toBe(lessons.length - 1);
  for (const { number, folder } of lessons) {
    const link = `href="/${folder}/changes"`;
    const { page } = await renderPage(`/${folder}`);
    const { status } = await renderPage(`/${folder}/changes`);
    const isFirst = number === lessons[0]?.number;
    expect(status).toBe(isFirst ? 404 : 200);
    const at = page.html.indexOf(link);
    if (isFirst) expect(at).toBe(-1);
    else expect(page.html.slice(page.html.indexOf('<h1>'), at)).not.toContain('<h2');
  }
});

test('a lesson goes on from the one that its text says, else from the one before', () => {
  for (const { now, before } of pairs) {
    const [, said] = /<!-- grows from lesson (\d\d) -->/.exec(linesOf(now, 'README.md').join('\n')) ?? [];
    const last = lessons[lessons.indexOf(now) - 1]?.number;
    expect(before.number, now.folder).toBe(said ?? last);
  }
  expect(pairs.filter(({ now, before }) => Number(now.number) - Number(before.number) > 1)).not.toEqual([]);
});
