/** A block of code in a text: highlighted, with the file that it is from, and with buttons where it can be run. */
import { posix } from 'node:path';
import type { Tokens } from 'marked';
import { nameOf } from '#shared/course/blocks.ts';
import { escapeHtml, type Html, html, raw } from './html.ts';
import { placeOf } from './place-of.ts';
import { drawSequence } from './sequence.ts';
import { highlight } from './source.ts';

/** @param folder in which the text stands: a file that the block names is beside it */
export function renderCode({ text, lang = '' }: Tokens.Code, folder: string): string {
  const [language = '', ...words] = lang.split(/\s+/);
  if (language === 'mermaid') {
    const drawing = drawSequence(text);
    if (drawing !== undefined) {
      return `<figure class="diagram" tabindex="0" role="group" aria-label="Diagram">${drawing}</figure>\n`;
    }
  }
  const kind = language === 'sh' || language === 'console' ? ' terminal' : '';
  const runsHere = text.trim() === `npx tsx ${folder}/server.ts`;
  const note = runsHere
    ? '<figcaption><a href="#try">It runs here already, beside this text.</a></figcaption>'
    : '';
  return `<figure class="code${kind}" data-language="${escapeHtml(language)}">${captionOf(language, words[0], folder)}${renderLines(text, language)}${note}</figure>\n`;
}

/** A block of an experiment, which can be run where it stands. The page's script lets its buttons work. */
export function renderRunnable({ text, lang = '' }: Tokens.Code, folder: string): Html {
  const info = lang.split(/\s+/);
  const [language = '', first = ''] = info;
  const name = nameOf({ info }) ?? '';
  const caption = raw(captionOf(language, first, folder));
  const isProgram = language === 'sh';
  const toStage = html`<a class="to-stage" href="#try" hidden>See it in the clients</a>`;
  return html`<figure class="code runnable${isProgram && ' terminal'}" data-language="${language}" data-block="${name}" data-state="waiting">${caption}${raw(renderLines(text, language))}
<p class="tools">${buttonsOf(info)}${!isProgram && toStage}</p>
<p class="problem" role="status" hidden></p>${isProgram && MEASURED}${
    language === 'js'
      ? html`<pre class="printed" data-printed="${name}" role="log" aria-label="What it prints" tabindex="0" hidden></pre>`
      : ''
  }</figure>
`;
}

/** How far a program is, and what it has measured. */
const MEASURED = html`<p class="progress" hidden><progress max="1" value="0" aria-label="How far it is"></progress> <span></span></p><div class="measured"></div>`;

function buttonsOf([language, first, client = 'left']: string[]): Html {
  if (language === 'diff')
    return html`<button type="button" data-do="apply">Make this change</button><button type="button" data-do="undo" hidden>Undo the change</button><span class="what">Your ${first} stays as it is: a copy runs.</span>`;
  if (language === 'sh')
    return html`<button type="button" data-do="program">Run it here</button><button type="button" data-do="end-program" hidden>End it</button>`;
  if (language === 'bytes') return html`<button type="button" data-do="send">Send these bytes</button>`;
  return html`<button type="button" data-do="run">Run in the ${client} client</button>`;
}

function renderLines(text: string, language: string): string {
  return `<pre tabindex="0"><code>${highlight(text, language)}</code></pre>`;
}

function captionOf(language: string, file: string | undefined, folder: string): string {
  if (file === undefined || (language !== 'ts' && language !== 'diff')) return '';
  const target = escapeHtml(placeOf(fileIn(folder, file)));
  return `<figcaption><a href="${target}">${escapeHtml(file)}</a></figcaption>`;
}

/** The file that a block of code names: from the root if it begins with a top folder, else beside the text. */
function fileIn(folder: string, file: string): string {
  return /^(shared|lessons)\//.test(file) ? file : posix.join(folder, file);
}
