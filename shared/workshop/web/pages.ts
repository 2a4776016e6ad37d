/** The workshop's pages, as HTML. What changes while one looks comes over the page's WebSocket. */
import { basename, join } from 'node:path';
import { fileToEdit, hasTask } from '#shared/check/task.ts';
import { readCourse, readIndexes, type Unit } from '#shared/course/outline.ts';
import { isThere, readRegular, whyHidden } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { textOf } from '#shared/course/text-place.ts';
import { changesPath, lessonBefore, renderChanges } from './changes.ts';
import { homeBody } from './home.ts';
import { type Html, html, raw } from './html.ts';
import { messageOf } from './messages.ts';
import { checkPanel, tryPanel } from './panels.ts';
import { searchBox } from './search-box.ts';
import { alone, around, article, nameOf, shell } from './shell.ts';
import { renderSource } from './source.ts';
import { readStates } from './states.ts';
import { withTaskPanel } from './task-panel.ts';
import { renderText } from './text.ts';

/** Bytes of a file that are shown. To highlight more would take long, and nobody would read it. */
const MOST_SHOWN = 100_000;

/** Gives the page at an address, and its status. What goes wrong is a sentence in the page. */
export async function renderPage(path: string): Promise<{ status: number; page: Html }> {
  try {
    const course = readCourse();
    const page = await pageAt(path, course);
    if (page) return { status: 200, page };
    return { status: 404, page: sentencePage('Not found', 'There is nothing here.', course) };
  } catch (error) {
    console.error(error);
    return { status: 500, page: sentencePage('This page could not be made', messageOf(error)) };
  }
}

async function pageAt(path: string, course: Unit[]): Promise<Html | undefined> {
  if (path === '/') return homePage(course);
  const changed = course.find((unit) => changesPath(unit) === path);
  if (changed) return changesPage(changed, course);
  const unit = [...course, ...readIndexes()].find(({ folder }) => `/${folder}` === path.replace(/\/$/, ''));
  return unit ? unitPage(unit, course) : filePage(path.slice(1), course);
}

function sentencePage(title: string, sentence: string, course: Unit[] = []): Html {
  const text = html`<p>${sentence} <a href="/">All lessons and exercises</a></p>`;
  return shell({ title, course, states: readStates(), body: alone(article(title, text)) });
}

function homePage(course: Unit[]): Html {
  const states = readStates();
  return shell({ title: 'Echo WebSockets', course, states, body: homeBody(course, states) });
}

/** What changed in a lesson since the one before. */
async function changesPage(unit: Unit, course: Unit[]): Promise<Html | undefined> {
  const before = lessonBefore(unit, course);
  if (!before) return undefined;
  const title = `What changed since lesson ${before.number}`;
  const body = alone(article(title, await renderChanges(before, unit), nameOf(unit)));
  return shell({ title, course, states: readStates(), body });
}

async function unitPage(unit: Unit, course: Unit[]): Promise<Html> {
  const isExercise = unit.kind === 'exercise';
  const name = unit.kind === 'index' ? '' : `${isExercise ? 'Exercise' : 'Lesson'} ${unit.number}`;
  const text = readText(textOf(unit.folder), name);
  const at = course.indexOf(unit);
  const tabs = [
    { id: 'read', label: isExercise ? 'Task' : 'Read' },
    ...(isExercise ? [{ id: 'check', label: 'Check' }] : []),
    { id: 'try', label: isExercise ? 'Run it' : 'Try it' },
  ];
  const body = html`<main class="desk" data-kind="${unit.kind}">
    <div class="tabs" role="tablist" aria-label="Parts of this page">${tabs.map(
      ({ id, label }) =>
        html`<button role="tab" type="button" id="tab-${id}" aria-controls="${id}">${label}</button>`,
    )}</div>
    <section id="read" class="panel" aria-label="${isExercise ? 'Task' : 'Text'}" tabindex="-1">${article(
      text.title.replace(/^\w+ \d\d: /, ''),
      isExercise ? text.html : await lessonText(unit, course, text.html),
      name,
    )}${unit.kind === 'index' ? '' : around(course, at)}</section>
    ${isExercise ? checkPanel(unit, course[at + 1]) : ''}
    ${tryPanel(unit)}
  </main>`;
  return shell({ title: text.title, course, states: readStates(), body, folder: unit.folder });
}

/** A text that is no task, with what the workshop has to say in it. */
async function lessonText(unit: Unit, course: Unit[], text: Html): Promise<Html> {
  if (unit.kind === 'index') return html`${searchBox()}${text}`;
  const before = lessonBefore(unit, course);
  const link =
    before &&
    html`<p class="since"><a href="${changesPath(unit)}">What changed since lesson ${before.number}</a></p>`;
  return html`${link}${hasTask(unit.folder) ? withTaskPanel(text, await fileToEdit(unit.folder)) : text}`;
}

/** A file of the course: a text, or a source file with a number for each line. */
function filePage(path: string, course: Unit[]): Html | undefined {
  const isOurs =
    /^((lessons|exercises|solutions|shared)\/[\w./-]+|README|CONTRIBUTING)\.(ts|js|css|html|md)$/;
  if (!isOurs.test(path) || path.includes('..') || !isThere(join(ROOT, path))) return undefined;
  const states = readStates();
  if (path.endsWith('.md')) {
    const { title, html: text } = readText(path, path);
    return shell({ title, course, states, body: alone(article(title, text)) });
  }
  const { text, warning } = readShown(path);
  const code = html`${warning}<pre class="source" tabindex="0"><code>${raw(renderSource(text, path))}</code></pre>`;
  return shell({ title: path, course, states, body: alone(article(basename(path), code, path)) });
}

/** A text of the course. Where it can't be read, that is the text. */
function readText(path: string, title: string): { title: string; html: Html } {
  const { text, warning } = readShown(path);
  const shown = renderText(text, path);
  return { title: shown.title || title, html: html`${warning}${raw(shown.html)}` };
}

/** What a file begins with, and what there is to say where that is not all, or nothing. */
function readShown(path: string): { text: string; warning: Html } {
  const warn = (words: string) => html`<p class="problem">${words}</p>`;
  const hidden = whyHidden(join(ROOT, path));
  if (hidden !== undefined) return { text: '', warning: warn(hidden) };
  try {
    const { contents, size } = readRegular(join(ROOT, path), MOST_SHOWN);
    const text = contents.toString();
    if (size <= MOST_SHOWN) return { text, warning: raw('') };
    const words = `This file has ${Math.round(size / 1000)} KB. Here are its first ${MOST_SHOWN / 1000} KB.`;
    return { text: text.slice(0, text.lastIndexOf('\n')), warning: warn(words) };
  } catch (error) {
    return { text: '', warning: warn(`${messageOf(error)} To bring it back: git restore ${path}`) };
  }
}
