/** The workshop's pages, as HTML. What changes while one looks comes over the page's WebSocket. */
import { basename, join } from 'node:path';
import { readCourse, type Unit } from '#shared/course/outline.ts';
import { isThere, readRegular } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Html, html, raw } from './html.ts';
import { messageOf } from './messages.ts';
import { checkPanel, tryPanel } from './panels.ts';
import { alone, around, article, shell } from './shell.ts';
import { renderSource } from './source.ts';
import { readStates } from './states.ts';
import { renderLine, renderText } from './text.ts';

/** Bytes of a file that are shown. To highlight more would take long, and nobody would read it. */
const MOST_SHOWN = 100_000;

/** Gives the page at an address, and its status. What goes wrong is a sentence in the page. */
export function renderPage(path: string): { status: number; page: Html } {
  try {
    const course = readCourse();
    const page = pageAt(path, course);
    if (page) return { status: 200, page };
    return { status: 404, page: sentencePage('Not found', 'There is nothing here.', course) };
  } catch (error) {
    console.error(error);
    return { status: 500, page: sentencePage('This page could not be made', messageOf(error)) };
  }
}

function pageAt(path: string, course: Unit[]): Html | undefined {
  if (path === '/') return homePage(course);
  const at = course.findIndex(({ folder }) => `/${folder}` === path.replace(/\/$/, ''));
  const unit = course[at];
  return unit ? unitPage(unit, course, at) : filePage(path.slice(1), course);
}

function sentencePage(title: string, sentence: string, course: Unit[] = []): Html {
  const text = html`<p>${sentence} <a href="/">All lessons and exercises</a></p>`;
  return shell({ title, course, states: readStates(), body: alone(article(title, text)) });
}

function homePage(course: Unit[]): Html {
  const read = readStates();
  const { states } = read;
  const next = course.find(({ kind, folder }) => kind === 'exercise' && states[folder] !== 'solved');
  const isNew = Object.values(states).every((state) => state === 'not begun');
  const solved = Object.values(states).filter((state) => state === 'solved').length;
  const first = course[0];
  const goOn = isNew || !next ? first : next;
  const rows = course.map((unit) =>
    unit.kind === 'lesson'
      ? html`<li class="lesson"><a href="/${unit.folder}"><b>${unit.number}</b> <span>${unit.title}</span></a><p>${raw(renderLine(unit.idea, 'lessons/README.md'))}</p></li>`
      : html`<li class="exercise" data-folder="${unit.folder}" data-state="${states[unit.folder]}"><a href="/${unit.folder}">Then try: ${unit.title}</a> <em class="state">${states[unit.folder]}</em></li>`,
  );
  const body = html`<main class="home" id="read" tabindex="-1">
    <h1>See what crosses the wire</h1>
    <p class="lead">Read a lesson, and play with it beside its text. Break it. Then solve the exercise: it is checked each time you save.</p>
    <p class="go-on"><a class="main-link" href="/${goOn?.folder}">${isNew ? 'Begin' : 'Go on'}: ${goOn?.title}</a>
    <span>${solved} of ${Object.keys(states).length} exercises solved</span></p>
    <ol class="path">${rows}</ol>
    <p class="small">All of it works in a terminal, too: <a href="/README.md">the commands</a>. <a href="/lessons/README.md">The whole plan</a> of the course.</p>
  </main>`;
  return shell({ title: 'Echo WebSockets', course, states: read, body });
}

function unitPage(unit: Unit, course: Unit[], at: number): Html {
  const name = `${unit.kind === 'exercise' ? 'Exercise' : 'Lesson'} ${unit.number}`;
  const text = readText(`${unit.folder}/README.md`, name);
  const isExercise = unit.kind === 'exercise';
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
      text.html,
      name,
    )}${around(course, at)}</section>
    ${isExercise ? checkPanel(unit) : ''}
    ${tryPanel(unit)}
  </main>`;
  return shell({ title: text.title, course, states: readStates(), body, folder: unit.folder });
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
