/** The part of a lesson's text in which one does its two-minute task: buttons, and what the check says. */
import { type Html, html, raw } from './html.ts';

/** Where the text says what the task is, as the heading is rendered. */
const HEADING = '<h2 id="two-minutes"';

/**
 * Puts the panel at the end of the text's section "Two minutes"; where it has none, at the end of the text.
 *
 * @param file of the copy, in which one works
 */
export function withTaskPanel(text: Html, file: string): Html {
  const panel = taskPanel(file);
  const begins = text.html.indexOf(HEADING);
  const ends = text.html.indexOf('<h2 ', begins + HEADING.length);
  if (begins < 0) return html`${text}<h2 id="two-minutes">Two minutes</h2>${panel}`;
  if (ends < 0) return html`${text}${panel}`;
  return html`${raw(text.html.slice(0, ends))}${panel}${raw(text.html.slice(ends))}`;
}

function taskPanel(file: string): Html {
  return html`<section id="task" class="task" aria-label="Your copy of the server" data-copy="none">
    <p class="tools"><button type="button" class="main" data-do="try">Make my copy</button><button type="button" data-do="try-edit" hidden>Open in editor</button><button type="button" data-do="try-stop" hidden>Run the lesson's server</button><button type="button" data-do="try-reset" hidden>Start over</button></p>
    <p id="task-summary" role="status">Your copy will be <code>${file}</code></p>
    <p id="task-problem" class="problem" hidden></p>
    <ol id="task-tests" class="tests" hidden></ol>
    <p id="task-note" class="note" role="status"></p>
  </section>`;
}
