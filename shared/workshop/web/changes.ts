/** What changed since the last lesson: its server and its protocol, compared with those that they grew from. */
import { readText } from '#shared/course/course.ts';
import type { Unit } from '#shared/course/outline.ts';
import { isThere, readRegular, whyHidden } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { sourceFiles } from '#shared/course/source-files.ts';
import { type Html, html, raw } from './html.ts';
import { highlightedLines } from './source.ts';

/** Bytes. Nobody reads the changes of a longer file, and to find them may take minutes. */
const MOST_COMPARED = 100_000;
/** Lines that are shown around a change. */
const AROUND = 4;

/** A lesson that goes on from an earlier one than the last says so in its text, where nobody sees it. */
const GROWS_FROM = /^<!-- grows from lesson (\d\d) -->$/m;

/** The lesson that this one goes on from, where there is one: the lesson before, unless its text says another. */
export function lessonBefore(lesson: Unit, course: Unit[]): Unit | undefined {
  if (lesson.kind !== 'lesson') return undefined;
  const lessons = course.filter(({ kind }) => kind === 'lesson');
  const [, number] = GROWS_FROM.exec(readText(`${lesson.folder}/README.md`)) ?? [];
  return lessons.find((one) => one.number === number) ?? lessons[lessons.indexOf(lesson) - 1];
}

/** The address of the page that shows what changed. */
export function changesPath({ folder }: Unit): string {
  return `/${folder}/changes`;
}

/**
 * Compares a lesson with the one before.
 *
 * @throws a sentence, where a file can't be read or is too long
 */
export async function renderChanges(before: Unit, now: Unit): Promise<Html> {
  // Loaded here: only who asks for it waits for it.
  const { diffLines } = await import('diff');
  const names = new Set([now, before].flatMap(({ folder }) => sourceFiles(folder)));
  const files = [...names].flatMap((name) => {
    const [old, young] = [read(`${before.folder}/${name}`), read(`${now.folder}/${name}`)];
    if (old === undefined && young === undefined) return [];
    const parts = diffLines(old ?? '', young ?? '').map(({ added, removed, count }) => ({
      kind: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const),
      count,
    }));
    return [renderFile(name, [before, now], old, rowsOf(parts, old ?? '', young ?? ''))];
  });
  return html`<p>Red was in lesson ${before.number}, and green is new in lesson ${now.number}. What stayed is in grey, and some of it is left out. <a href="/${now.folder}">Back to the lesson</a></p>${files}`;
}

type Row = { kind: 'added' | 'removed' | 'same'; line: string };

/** Both texts as the rows of one, in their order. */
function rowsOf(parts: { kind: Row['kind']; count: number }[], old: string, young: string): Row[] {
  const [was, is] = [highlightedLines(old, 'ts'), highlightedLines(young, 'ts')];
  let [inOld, inYoung] = [0, 0];
  return parts.flatMap(({ kind, count }) => {
    const lines = kind === 'removed' ? was.slice(inOld, inOld + count) : is.slice(inYoung, inYoung + count);
    if (kind !== 'added') inOld += count;
    if (kind !== 'removed') inYoung += count;
    return lines.map((line) => ({ kind, line }));
  });
}

function renderFile(name: string, [before, now]: [Unit, Unit], old: string | undefined, rows: Row[]): Html {
  const count = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).length;
  const [added, removed] = [count('added'), count('removed')];
  const words =
    old === undefined
      ? html`This file is new, with ${added} lines.`
      : added + removed === 0
        ? html`Nothing changed here.`
        : html`${lines(added)} came, and ${lines(removed)} went. <a href="/${before.folder}/${name}">${before.folder}/${name}</a>, <a href="/${now.folder}/${name}">${now.folder}/${name}</a>`;
  return html`<section class="changes" aria-label="${name}"><h2 id="${name.replace('.', '')}">${name}</h2><p>${words}</p><pre tabindex="0" aria-label="What changed in ${name}"><code>${shownRows(rows)}</code></pre></section>`;
}

/** The rows near a change. What is left out between them is one row. */
function shownRows(rows: Row[]): Html[] {
  const signs = { added: '+', removed: '−', same: ' ' };
  const isNear = (at: number) =>
    rows.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same');
  return rows.flatMap(({ kind, line }, at) => {
    if (!isNear(at)) return at === 0 || isNear(at - 1) ? [html`<span class="gap">…\n</span>`] : [];
    const word = kind === 'same' ? '' : html`<span class="for-ears">${kind}: </span>`;
    return [
      html`<span class="row ${kind}"><i aria-hidden="true">${signs[kind]} </i>${word}${raw(line)}\n</span>`,
    ];
  });
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}

/** A file's text; undefined where there is none. */
function read(path: string): string | undefined {
  if (!isThere(`${ROOT}${path}`)) return undefined;
  const hidden = whyHidden(`${ROOT}${path}`);
  if (hidden !== undefined) throw new Error(hidden);
  const { contents, size } = readRegular(`${ROOT}${path}`, MOST_COMPARED);
  if (size > MOST_COMPARED) throw new Error(`${path} is too long to be compared.`);
  return contents.toString().replaceAll('\r\n', '\n');
}
