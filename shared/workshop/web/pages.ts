/** The workshop's pages, as HTML. What changes while one looks comes over the page's WebSocket. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { listExercises } from '#shared/workshop/desk.ts';
import { readCourse, type Unit } from './course.ts';
import { type Html, html, raw } from './html.ts';
import { renderLine, renderSource, renderText } from './text.ts';

/** Gives the page at an address, or undefined where there is none. */
export async function renderPage(path: string): Promise<Html | undefined> {
  const course = await readCourse();
  if (path === '/') return homePage(course);
  const at = course.findIndex(({ folder }) => `/${folder}` === path.replace(/\/$/, ''));
  const unit = course[at];
  if (unit) return unitPage(unit, course, at);
  return filePage(path.slice(1), course);
}

/** The page that says that there is none. */
export async function missingPage(): Promise<Html> {
  const text = html`<p>There is nothing here. <a href="/">All lessons and exercises</a></p>`;
  return shell({ title: 'Not found', course: await readCourse(), body: alone(article('Not found', text)) });
}

async function homePage(course: Unit[]): Promise<Html> {
  const states = progress();
  const next = course.find(({ kind, folder }) => kind === 'exercise' && states[folder] !== 'solved');
  const isNew = Object.values(states).every((state) => state === 'not begun');
  const solved = Object.values(states).filter((state) => state === 'solved').length;
  const first = course[0];
  const goOn = isNew || !next ? first : next;
  const rows = course.map((unit) =>
    unit.kind === 'lesson'
      ? html`<li class="lesson"><a href="/${unit.folder}"><b>${unit.number}</b> <span>${unit.title}</span></a><p>${raw(renderLine(unit.idea))}</p></li>`
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
  return shell({ title: 'Echo WebSockets', course, body });
}

async function unitPage(unit: Unit, course: Unit[], at: number): Promise<Html> {
  const text = renderText(
    await readFile(join(ROOT, unit.folder, 'README.md'), 'utf8'),
    `${unit.folder}/README.md`,
  );
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
      raw(text.html),
      `${isExercise ? 'Exercise' : 'Lesson'} ${unit.number}`,
    )}${around(course, at)}</section>
    ${isExercise ? checkPanel(unit) : ''}
    ${tryPanel(unit)}
  </main>`;
  return shell({ title: text.title, course, body, folder: unit.folder });
}

function checkPanel(unit: Unit): Html {
  const files = listExercises().find(({ number }) => number === unit.number)?.files ?? [];
  const links = files.map(
    (file) =>
      html`<a href="/${unit.folder}/${basename(file)}"><code>${unit.folder}/${basename(file)}</code></a> `,
  );
  return html`<section id="check" class="panel" aria-label="Check" tabindex="-1">
    <p class="where">You work in ${links}<button id="edit" class="quiet" type="button">Open in editor</button></p>
    <p id="summary" class="summary" role="status">Connecting …</p>
    <p id="problem" class="problem" hidden></p>
    <ol id="tests" class="tests"></ol>
    <p id="probably" class="probably" hidden></p>
    <section id="hints" class="hints" aria-label="Hints" hidden><ol></ol><button type="button" id="hint">Show a hint</button></section>
    <section id="done" class="done" hidden></section>
    <p class="tools"><button type="button" id="again">Check again</button><button type="button" id="compare">Compare with the reference</button><button type="button" id="reset">Start over</button></p>
    <p id="note" class="note" role="status"></p>
    <section id="diff" class="diff" aria-label="Your answer and the reference" hidden tabindex="0"></section>
  </section>`;
}

function tryPanel(unit: Unit): Html {
  return html`<section id="try" class="panel" aria-label="${unit.kind === 'lesson' ? 'Try it' : 'Run it'}" tabindex="-1">
    <p class="server"><span id="state" role="status">Connecting …</span><a id="window" target="_blank" rel="noreferrer" hidden>In a window of its own</a>
      <span class="buttons"><button type="button" id="restart">Restart</button><button type="button" id="stop">Stop</button></span></p>
    <p id="crash" class="problem" role="alert" hidden></p>
    ${unit.kind === 'lesson' ? html`<p id="note" class="note" role="status"></p>` : ''}
    <iframe id="stage" title="Two clients, and the wire between them and the server" hidden></iframe>
    <p id="curtain" class="curtain"></p>
    <details class="server-log" open><summary>What the server prints</summary><ol id="log" tabindex="0" aria-label="What the server prints"></ol></details>
  </section>`;
}

/** A file of the course: a text, or a source file with a number for each line. */
async function filePage(path: string, course: Unit[]): Promise<Html | undefined> {
  const isOurs =
    /^((lessons|exercises|solutions|shared)\/[\w./-]+|README|CONTRIBUTING)\.(ts|js|css|html|md)$/;
  const isInside = isOurs.test(path) && !path.includes('..');
  if (!isInside || !existsSync(join(ROOT, path))) return undefined;
  const contents = await readFile(join(ROOT, path), 'utf8');
  if (path.endsWith('.md')) {
    const text = renderText(contents, path);
    return shell({ title: text.title, course, body: alone(article(text.title, raw(text.html))) });
  }
  const code = html`<pre class="source" tabindex="0"><code>${raw(renderSource(contents, path))}</code></pre>`;
  return shell({ title: path, course, body: alone(article(basename(path), code, path)) });
}

/** A text without anything beside it. */
function alone(text: Html): Html {
  return html`<main class="alone" id="read" tabindex="-1">${text}</main>`;
}

function article(title: string, body: Html, above = ''): Html {
  return html`<article class="text"><header>${above === '' ? '' : html`<p class="above">${above}</p>`}<h1>${title}</h1></header>${body}</article>`;
}

/** The ways to what comes before and after. */
function around(course: Unit[], at: number): Html {
  const link = (unit: Unit | undefined, words: string, rel: string) =>
    unit
      ? html`<a rel="${rel}" href="/${unit.folder}"><small>${words}</small> ${nameOf(unit)}</a>`
      : html`<span></span>`;
  return html`<nav class="around" aria-label="Before and after">${link(course[at - 1], 'Before', 'prev')}${link(course[at + 1], 'Next', 'next')}</nav>`;
}

function nameOf({ kind, number, title }: Unit): string {
  return `${kind === 'lesson' ? 'Lesson' : 'Exercise'} ${number}: ${title}`;
}

/** By folder: how far the learner is. */
export function progress(): Record<string, string> {
  return Object.fromEntries(
    listExercises().map(({ number, state, isBegun }) => [
      `exercises/${number}`,
      state === 'open' ? (isBegun ? 'begun' : 'not begun') : state,
    ]),
  );
}

function shell(page: { title: string; course: Unit[]; body: Html; folder?: string }): Html {
  const states = progress();
  const items = page.course.map(({ folder, kind, number, title }) => {
    const here = folder === page.folder ? html` aria-current="page"` : '';
    const mark = kind === 'lesson' ? html`<b>${number}</b>` : html`<i class="mark" aria-hidden="true"></i>`;
    const state = kind === 'lesson' ? '' : html` <span class="state for-ears">${states[folder]}</span>`;
    return html`<li class="${kind}" data-folder="${folder}" data-state="${states[folder] ?? ''}"><a href="/${folder}"${here}>${mark} <span>${title}</span>${state}</a></li>`;
  });
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${page.title === 'Echo WebSockets' ? page.title : `${page.title} · Echo WebSockets`}</title>
    <link rel="icon" href="/shared/lesson/page/favicon.svg">
    <link rel="stylesheet" href="/shared/lesson/page/style.css">
    <link rel="stylesheet" href="/workshop.css">
    <script type="module" src="/workshop.ts"></script>
  </head>
  <body class="workshop" data-folder="${page.folder ?? ''}">
    <a class="skip" href="#read">Skip to the text</a>
    <header class="bar">
      <button id="menu" class="quiet" type="button" aria-expanded="false" aria-controls="outline">Course</button>
      <a class="brand" href="/">Echo WebSockets</a>
      <p id="link" class="link" role="status">Connecting …</p>
    </header>
    <nav id="outline" class="outline" aria-label="Course"><ol>${items}</ol></nav>
    ${page.body}
    <dialog id="question" aria-labelledby="question-text"><p id="question-text"></p><p class="tools"><button type="button" class="main" value="yes">Yes</button><button type="button" value="no">No</button></p></dialog>
  </body>
</html>
`;
}
