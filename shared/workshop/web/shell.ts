/** What stands around every page of the workshop: the bar, the outline of the course, and the end of a text. */
import { readIndexes, type Unit } from '#shared/course/outline.ts';
import { type Html, html } from './html.ts';
import type { States } from './messages.ts';

/**
 * Puts a page together.
 *
 * @param page body: its main element. folder: of the lesson or exercise, where it is one
 */
export function shell(page: {
  title: string;
  course: Unit[];
  states: States;
  body: Html;
  folder?: string;
}): Html {
  const { states, trouble } = page.states;
  const items = page.course.map(({ folder, kind, number, title }) => {
    const here = folder === page.folder ? html` aria-current="page"` : '';
    const mark = kind === 'lesson' ? html`<b>${number}</b>` : html`<i class="mark" aria-hidden="true"></i>`;
    const state = html` <span class="state for-ears">${states[folder]}</span>`;
    return html`<li class="${kind}" data-folder="${folder}" data-state="${states[folder] ?? ''}"><a href="/${folder}"${here}>${mark} <span>${title}</span>${state}</a></li>`;
  });
  const indexes = readIndexes().map(({ folder, title }) => {
    const here = folder === page.folder ? html` aria-current="page"` : '';
    return html`<li class="index"><a href="/${folder}"${here}>${title}</a></li>`;
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
    <link rel="stylesheet" href="/path.css">
    <link rel="stylesheet" href="/experiments.css">
    <link rel="stylesheet" href="/chart.css">
    <link rel="stylesheet" href="/search.css">
    <script type="module" src="/workshop.ts"></script>
  </head>
  <body class="workshop" data-folder="${page.folder ?? ''}">
    <a class="skip" href="#read">Skip to the text</a>
    <header class="bar">
      <button id="menu" class="quiet" type="button" aria-expanded="false" aria-controls="outline">Course</button>
      <a class="brand" href="/">Echo WebSockets</a>
      <p id="link" class="link" role="status">Connecting …</p>
    </header>
    <nav id="outline" class="outline" aria-label="Course"><ol>${items}${indexes}</ol></nav>
    ${page.body}
    <p id="trouble" class="problem trouble" role="status"${trouble === undefined ? html` hidden` : ''}>${trouble}</p>
    <dialog id="question" aria-labelledby="question-text"><p id="question-text"></p><p class="tools"><button type="button" class="main" value="yes">Yes</button><button type="button" value="no">No</button></p></dialog>
  </body>
</html>
`;
}

/** A text without anything beside it. */
export function alone(text: Html): Html {
  return html`<main class="alone" id="read" tabindex="-1">${text}</main>`;
}

export function article(title: string, body: Html, above = ''): Html {
  return html`<article class="text"><header>${above === '' ? '' : html`<p class="above">${above}</p>`}<h1>${title}</h1></header>${body}</article>`;
}

/** The ways to what comes before and after. */
export function around(course: Unit[], at: number): Html {
  const link = (unit: Unit | undefined, words: string, rel: string) =>
    unit
      ? html`<a rel="${rel}" href="/${unit.folder}"><small>${words}</small> ${nameOf(unit)}</a>`
      : html`<span></span>`;
  return html`<nav class="around" aria-label="Before and after">${link(course[at - 1], 'Before', 'prev')}${link(course[at + 1], 'Next', 'next')}</nav>`;
}

export function nameOf({ kind, number, title }: Unit): string {
  return `${kind === 'lesson' ? 'Lesson' : 'Exercise'} ${number}: ${title}`;
}
