/** The panels beside a text: the check of an exercise, and the running server. */
import { knownExercise } from '#shared/course/course.ts';
import type { Unit } from '#shared/course/outline.ts';
import { type Html, html } from './html.ts';
import { nameOf } from './shell.ts';

/**
 * What the page of a lesson may do in its frame: all that it needs, and not to put another page in the place of the
 * workshop's. It has another origin than the workshop, so it can't change this.
 */
export const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads';

/** @param next what comes after the exercise: the lesson that explains it */
export function checkPanel(unit: Unit, next: Unit | undefined): Html {
  const links = (knownExercise(unit.number)?.parts ?? []).map(
    ({ file }) => html`<a href="/${unit.folder}/${file}"><code>${unit.folder}/${file}</code></a> `,
  );
  return html`<section id="check" class="panel" aria-label="Check" tabindex="-1">
    <p class="where">You work in ${links}<button id="edit" class="quiet" type="button">Open in editor</button></p>
    <div class="verdict"><p id="summary" class="summary" role="status">Connecting …</p>
      ${next && html`<a id="next" class="main-link" href="/${next.folder}" hidden>${nameOf(next)}</a>`}</div>
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

export function tryPanel(unit: Unit): Html {
  return html`<section id="try" class="panel" aria-label="${unit.kind === 'exercise' ? 'Run it' : 'Try it'}" tabindex="-1">
    <p class="server"><span id="state" role="status">Connecting …</span><em id="whose" hidden></em><a id="window" target="_blank" rel="noreferrer" hidden>In a window of its own</a>
      <span class="buttons"><button type="button" id="restart">Restart</button><button type="button" id="stop">Stop</button></span></p>
    <p id="change" class="change" role="status" hidden><span id="change-name"></span> <button type="button" id="undo">Undo</button></p>
    <p id="crash" class="problem" role="alert" hidden></p>
    ${unit.kind !== 'exercise' ? html`<p id="note" class="note" role="status"></p>` : ''}
    <iframe id="stage" sandbox="${SANDBOX}" title="Two clients, and the wire between them and the server" hidden></iframe>
    <p id="curtain" class="curtain"></p>
    <details class="server-log" open><summary>What the server prints</summary><ol id="log" tabindex="0" aria-label="What the server prints"></ol></details>
  </section>`;
}
