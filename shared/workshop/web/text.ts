/** Turns the course's texts into HTML for the workshop: highlighted, with links that stay inside. */
import { posix } from 'node:path';
import { Lexer, Marked, type RendererObject, type Tokens } from 'marked';
import { folderOf } from '#shared/course/text-place.ts';
import { renderCode } from './code-text.ts';
import { COMMENT, renderParts } from './experiment-text.ts';
import { escapeHtml } from './html.ts';
import type { TextPart } from './messages.ts';
import { placeOf } from './place-of.ts';

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
  const folder = posix.dirname(path);
  const marked = markedIn(folder);
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
  const tokens = marked.lexer(markdown.replaceAll('\r\n', '\n'));
  const html = renderParts(tokens, marked, folderOf(path));
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
    // The texts hold no HTML but comments. What looks like it is shown as it is, and does nothing.
    html: ({ text }) => (COMMENT.test(text) ? '' : escapeHtml(text)),
  };
  return new Marked({ gfm: true }).use({ renderer });
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

function linkFrom(folder: string, href: string): string {
  if (/^(#|https?:)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const place = placeOf(posix.join(folder, path).replace(/\/$/, ''));
  return anchor === undefined ? place : `${place}#${anchor}`;
}

function slug(heading: string): string {
  return heading.toLowerCase().replace(GITHUB_ANCHOR, '').replace(/\s/g, '-');
}
