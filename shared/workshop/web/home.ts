/** The home page: a real conversation on a real wire, the way to go on, and the whole course. */
import { readIndexes, type Unit } from '#shared/course/outline.ts';
import { type Html, html, raw } from './html.ts';
import type { States } from './messages.ts';
import { SANDBOX } from './panels.ts';
import { nameOf } from './shell.ts';
import { READ } from './states.ts';
import { renderLine } from './text.ts';

/** What stands in the home page's main element. */
export function homeBody(course: Unit[], { states }: States): Html {
  const isDone = ({ folder, kind }: Unit) => states[folder] === (kind === 'lesson' ? READ : 'solved');
  const isNew = course.every((unit) => ['', 'not begun'].includes(states[unit.folder] ?? ''));
  const next = course.find((unit) => !isDone(unit)) ?? course.at(-1);
  const [lessons, exercises] = (['lesson', 'exercise'] as const).map((kind) =>
    course.filter((unit) => unit.kind === kind),
  );
  const count = (units: Unit[] = []) => `${units.filter(isDone).length} of ${units.length}`;
  return html`<main class="home" id="read" tabindex="-1">
    <header class="opening">
      <h1>See what crosses the wire</h1>
      <p class="lead">A WebSocket course that you run, break and mend. Each lesson runs beside its text.</p>
      <p class="go-on">${next && html`<a class="main-link" href="/${next.folder}">${isNew ? 'Begin' : 'Go on'}: ${nameOf(next)}</a>`}
      <span>${count(lessons)} lessons read, ${count(exercises)} exercises solved</span></p>
      ${readIndexes().map(lookUp)}
    </header>
    ${demo(lessons?.[0])}
    <ol class="path">${course.map((unit) => row(unit, states[unit.folder] ?? ''))}</ol>
    <p class="small">All of it works in a terminal, too: <a href="/README.md">the commands</a>. <a href="/lessons/README.md">The whole plan</a> of the course.</p>
  </main>`;
}

/** The way for somebody who has come with an error. */
function lookUp({ folder, title }: Unit): Html {
  return html`<p class="look-up">Something went wrong? <a href="/${folder}">${title}</a>: paste the error, see what it means, and make it happen.</p>`;
}

/** A small stage, on which the first lesson's server runs. */
function demo(lesson: Unit | undefined): Html | undefined {
  return (
    lesson &&
    html`<section id="demo" class="demo" data-folder="${lesson.folder}" aria-label="A conversation">
      <p>Write a word, and press Send. Below, you see it cross the wire.</p>
      <p id="demo-curtain" class="curtain">The server starts …</p>
      <iframe id="small-stage" sandbox="${SANDBOX}" title="A client of the first lesson, and its wire" hidden></iframe>
    </section>`
  );
}

function row(unit: Unit, state: string): Html {
  const { folder, number, title, idea } = unit;
  const words = html`<em class="state">${state}</em>`;
  return unit.kind === 'lesson'
    ? html`<li class="lesson" data-folder="${folder}" data-state="${state}"><a href="/${folder}"><b>${number}</b> <span>${title}</span></a> ${words}<p>${raw(renderLine(idea, 'lessons/README.md'))}</p></li>`
    : html`<li class="exercise" data-folder="${folder}" data-state="${state}"><a href="/${folder}">Then try: ${title}</a> ${words}</li>`;
}
