/** Turns the course's texts into HTML for the workshop: highlighted, with links that stay inside. */
import { posix } from 'node:path';
import { Lexer, Marked, type RendererObject, type Tokens } from 'marked';
import { escapeHtml } from './html.ts';
import type { TextPart } from './messages.ts';
import { drawSequence } from './sequence.ts';
import { highlight } from './source.ts';

export type Text = {
  /** What the text's first heading says: 'Lesson 03: Broadcast' */
  title: string;
  /** All that follows the first heading. */
  html: string;
};

/** What GitHub leaves out of an anchor. */
const GITHUB_ANCHOR = /[^\p{L}\p{N}\s_-]/gu;

/**
 * Renders a Markdown text of the course.
 *
 * @param path where the text stands, from the root of the course, with slashes: 'lessons/03/README.md'
 */
export function renderText(markdown: string, path: string): Text {
  let title = '';
  const marked = markedIn(posix.dirname(path));
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        if (depth === 1 && title === '') {
          title = text;
          return '';
        }
        const id = slug(text);
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${depth}>\n`;
      },
    },
  });
  const html = marked.parse(markdown.replaceAll('\r\n', '\n'), { async: false });
  return { title, html };
}

/** Renders a line of Markdown, such as a lesson's idea: no block around it. */
export function renderLine(markdown: string, path: string): string {
  return markedIn(posix.dirname(path)).parseInline(markdown, { async: false });
}

/** Cuts a line of Markdown, such as a hint, into parts that a page puts together without HTML. */
export function partsOf(markdown: string, path: string): TextPart[] {
  return Lexer.lexInline(markdown).map((token) => {
    if (token.type === 'codespan') return { text: String(token.text), isCode: true };
    if (token.type === 'link') {
      return { text: String(token.text), href: linkFrom(posix.dirname(path), String(token.href)) };
    }
    return { text: 'text' in token ? String(token.text) : token.raw };
  });
}

/** @param folder in which the text stands: its links begin there */
function markedIn(folder: string): Marked {
  const renderer: RendererObject = {
    code: (token) => renderCode(token, folder),
    table(token) {
      return renderTable(token, (cell) => this.parser.parseInline(cell.tokens));
    },
    codespan({ text }) {
      // A long JSON text may break after its commas.
      return `<code>${escapeHtml(text).replaceAll(',&#34;', ',<wbr>&#34;')}</code>`;
    },
    link({ href, tokens }) {
      const to = escapeHtml(linkFrom(folder, href));
      const away = to.startsWith('/') || to.startsWith('#') ? '' : ' target="_blank" rel="noreferrer"';
      return `<a href="${to}"${away}>${this.parser.parseInline(tokens)}</a>`;
    },
    image({ href, text }) {
      return `<img src="${escapeHtml(`/${posix.join(folder, href)}`)}" alt="${escapeHtml(text)}" loading="lazy">`;
    },
    // The texts hold no HTML. What looks like it is shown as it is, and does nothing.
    html: ({ text }) => escapeHtml(text),
  };
  return new Marked({ gfm: true }).use({ renderer });
}

function renderCode({ text, lang = '' }: Tokens.Code, folder: string): string {
  const [language = '', ...words] = lang.split(/\s+/);
  if (language === 'mermaid') {
    const drawing = drawSequence(text);
    if (drawing !== undefined) {
      return `<figure class="diagram" tabindex="0" role="group" aria-label="Diagram">${drawing}</figure>\n`;
    }
  }
  const file = language === 'ts' || language === 'diff' ? words[0] : undefined;
  const target = escapeHtml(placeOf(fileIn(folder, file ?? '')));
  const caption =
    file === undefined ? '' : `<figcaption><a href="${target}">${escapeHtml(file)}</a></figcaption>`;
  const kind = language === 'sh' || language === 'console' ? ' terminal' : '';
  const runsHere = text.trim() === `npx tsx ${folder}/server.ts`;
  const note = runsHere
    ? '<figcaption><a href="#try">It runs here already, beside this text.</a></figcaption>'
    : '';
  return `<figure class="code${kind}" data-language="${escapeHtml(language)}">${caption}<pre tabindex="0"><code>${highlight(text, language)}</code></pre>${note}</figure>\n`;
}

function renderTable({ header, rows }: Tokens.Table, inline: (cell: Tokens.TableCell) => string): string {
  const row = (cells: Tokens.TableCell[], name: 'th' | 'td') =>
    `<tr>${cells
      .map((cell) => {
        const scope = name === 'th' && cell.text !== '' ? ' scope="col"' : '';
        const tag = name === 'th' && cell.text === '' ? 'td' : name;
        return `<${tag}${scope}>${inline(cell)}</${tag}>`;
      })
      .join('')}</tr>`;
  const body = rows.map((cells) => row(cells, 'td')).join('');
  return `<div class="table" tabindex="0" role="group" aria-label="Table"><table><thead>${row(header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
}

/** The page of the workshop at which a file of the course is read. */
function placeOf(file: string): string {
  const readme = /^(lessons|exercises)\/(\d\d)(?:\/README\.md)?$/.exec(file);
  if (readme) return `/${readme[1]}/${readme[2]}`;
  const hints = /^exercises\/(\d\d)\/hints\.md$/.exec(file);
  if (hints) return `/exercises/${hints[1]}#check`;
  if (file === 'README.md' || file === '.') return '/';
  return `/${file}`;
}

function linkFrom(folder: string, href: string): string {
  if (/^(#|https?:)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const place = placeOf(posix.join(folder, path).replace(/\/$/, ''));
  return anchor === undefined ? place : `${place}#${anchor}`;
}

/** The file that a block of code names: from the root if it begins with a top folder, else beside the text. */
function fileIn(folder: string, file: string): string {
  return /^(shared|lessons)\//.test(file) ? file : posix.join(folder, file);
}

function slug(heading: string): string {
  return heading.toLowerCase().replace(GITHUB_ANCHOR, '').replace(/\s/g, '-');
}
